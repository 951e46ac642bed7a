using Meridian.Mqtt.Subscriptions;
using Meridian.Mqtt.Telemetry;

namespace Meridian.Mqtt.Connection;

/// <summary>The streams of a client, from SUBSCRIBE to their end. Thread-safe.</summary>
internal sealed class StreamTable(ClientState state)
{
    public SubscriptionRoutes Routes { get; } = new();

    public ClientFigures Figures => state.Figures;

    public async Task<MqttSubscription> SubscribeAsync(
        MqttSubscriptionRequest request, MqttSubscriptionOptions options, CancellationToken cancellationToken)
    {
        var isByApplication = state.Options.AcknowledgeMode == MqttAcknowledgeMode.ByApplication;
        var stream = new MqttSubscription(request, options, this, isByApplication);
        var identifier = Routes.Add(stream); // Before: what is retained may come before SUBACK.
        Task<IReadOnlyList<byte>> answering;
        try
        {
            answering = state.Requests.SubscribeAsync([request], identifier);
        }
        catch
        {
            Routes.Remove(stream); // Nothing was sent.
            throw;
        }

        try
        {
            var codes = await answering.WaitAsync(cancellationToken).ConfigureAwait(false);
            var result = new MqttSubscribeResult(request.Filter, (MqttReasonCode)codes[0]);
            stream.GrantedQos = result.IsGranted ? result.GrantedQos : throw Refused(result, isRenewal: false);
            return stream;
        }
        catch (MqttRejectedException)
        {
            Routes.Remove(stream);
            throw;
        }
        catch (MqttException)
        {
            // The connection ended, and whether the server granted it is not known.
            if (Routes.Remove(stream))
            {
                state.Requests.LeaveLater(stream.Filter);
            }

            throw;
        }
        catch (OperationCanceledException)
        {
            _ = stream.DisposeAsync().AsTask(); // Never throws, and nobody waits for the server's answer.
            throw;
        }
    }

    /// <summary>A stream is disposed of.</summary>
    public Task LeaveAsync(MqttSubscription stream) =>
        Routes.Remove(stream) ? state.Requests.LeaveAsync(stream.Filter) : Task.CompletedTask;

    /// <summary>The application has unsubscribed from a filter itself.</summary>
    public void OnUnsubscribed(string filter)
    {
        foreach (var stream in Routes.All(filter))
        {
            Routes.Remove(stream);
            stream.End(fault: null);
        }
    }

    /// <summary>A subscription was not granted again.</summary>
    public void OnRefused(MqttSubscribeResult result)
    {
        var streams = Routes.All(result.Filter);
        foreach (var stream in streams)
        {
            Routes.Remove(stream);
            stream.End(Refused(result, isRenewal: true));
        }

        if (streams.Count > 0)
        {
            state.Requests.Forget(result.Filter);
        }
    }

    /// <summary>The client is at its end: nothing comes any more, and nothing is renewed.</summary>
    /// <param name="fault">Why; null when its owner wanted it.</param>
    public void EndAll(MqttException? fault)
    {
        foreach (var stream in Routes.All())
        {
            if (Routes.Remove(stream))
            {
                state.Requests.Forget(stream.Filter);
            }

            stream.End(fault);
        }
    }

    private static MqttRejectedException Refused(MqttSubscribeResult result, bool isRenewal) => new(
        result.ReasonCode,
        $"The server refused the Topic Filter '{result.Filter}'"
        + $"{(isRenewal ? " when the subscription was renewed" : "")}: {result.ReasonCode}.");
}
