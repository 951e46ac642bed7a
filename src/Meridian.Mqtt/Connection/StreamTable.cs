using Meridian.Mqtt.Subscriptions;
using Meridian.Mqtt.Telemetry;

namespace Meridian.Mqtt.Connection;

/// <summary>The streams of a client, from their making to their end. Thread-safe.</summary>
internal sealed class StreamTable(ClientState state)
{
    // An answer that takes longer is worth no wait: nothing depends on it.
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(1);

    private Link? _slow; // Let the timeout pass once.
    private long _unclaimed;

    public SubscriptionRoutes Routes { get; } = new();

    public ClientFigures Figures => state.Figures;

    /// <inheritdoc cref="MqttClient.UnclaimedCount"/>
    public long UnclaimedCount => Interlocked.Read(ref _unclaimed);

    /// <summary>Subscribes on the living connection.</summary>
    /// <exception cref="MqttException">The subscription is not made, and the stream is at its end.</exception>
    public async Task<MqttSubscription> SubscribeAsync(
        MqttSubscription stream, MqttSubscriptionRequest request, CancellationToken cancellationToken)
    {
        var answering = state.Requests.SubscribeAsync(stream, request);
        try
        {
            var codes = await answering.WaitAsync(cancellationToken).ConfigureAwait(false);
            var result = new MqttSubscribeResult(request.Filter, (MqttReasonCode)codes[0]);
            return result.IsGranted ? stream : throw Refused(result);
        }
        catch (OperationCanceledException)
        {
            _ = stream.DisposeAsync().AsTask(); // Never throws, and nobody waits for the server's answer.
            throw;
        }
    }

    /// <summary>A stream is disposed of.</summary>
    public async Task LeaveAsync(MqttSubscription stream)
    {
        var leaving = state.Requests.LeaveAsync(stream);
        var link = state.Link;
        if (leaving.IsCompleted || link is null || link == Volatile.Read(ref _slow))
        {
            return;
        }

        try
        {
            await leaving.WaitAsync(LeaveTimeout, state.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _slow, link);
        }
    }

    /// <summary>A connection begins. Under the gate.</summary>
    public void OnConnected(bool isSessionPresent)
    {
        Volatile.Write(ref _slow, null);
        foreach (var stream in Routes.All())
        {
            stream.OnConnected(isSessionPresent);
        }
    }

    /// <summary>The client is at its end: nothing comes any more, and nothing is renewed.</summary>
    /// <param name="fault">Why; null when its owner wanted it.</param>
    public void EndAll(MqttException? fault)
    {
        foreach (var stream in Routes.All())
        {
            state.Requests.Forget(stream);
            stream.End(fault?.Copy()); // Thrown by each, perhaps on several threads.
        }
    }

    /// <summary>Streams hold more, or less, of what never comes again.</summary>
    public void ChangeOnlyCopies(int count, long bytes)
    {
        lock (state.InboundGate)
        {
            state.Inbound.ChangeOnlyCopies(count, bytes);
        }

        if (count < 0)
        {
            state.Link?.Wake(); // The writer tells the reader of room.
        }
    }

    /// <summary>A message found neither a stream nor a receiver.</summary>
    public void CountUnclaimed() => Interlocked.Increment(ref _unclaimed);

    public static MqttRejectedException Refused(MqttSubscribeResult result) => new(
        result.ReasonCode, $"The server refused the Topic Filter '{result.Filter}': {result.ReasonCode}.");
}
