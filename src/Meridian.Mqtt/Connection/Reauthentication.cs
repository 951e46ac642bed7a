using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// An authentication on a living connection (MQTT 5.0 §4.12.1): the client begins it, the server may ask on, and says
/// that it is done; one at a time. Everything but the authenticator's own work is under the gate.
/// </summary>
internal sealed class Reauthentication(ClientState state)
{
    private Exchange? _current;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var authenticator = state.Options.Authenticator ?? throw new InvalidOperationException(
            "There is nothing to authenticate with again: set Authenticator in the options.");
        Exchange exchange;
        lock (state.Gate)
        {
            var link = state.Link ?? throw state.WhyNoLink;
            if (_current is not null)
            {
                throw new InvalidOperationException("An authentication is on already; wait for it to end.");
            }

            _current = exchange = new Exchange(link);
        }

        try
        {
            var data = await UsersCode
                .RunAsync("authenticator", authenticator.StartAsync, cancellationToken)
                .ConfigureAwait(false);
            Send(exchange, MqttReasonCode.Reauthenticate, data);
            await exchange.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (state.Gate)
            {
                if (_current == exchange && (exchange.Done.Task.IsCompleted || !exchange.IsSent))
                {
                    _current = null; // A cancelled one that was sent still waits for the server's answers.
                }
            }
        }
    }

    /// <summary>AUTH came. The read loop does not wait for the authenticator.</summary>
    public void OnAuth(Link link, AuthPacket packet)
    {
        lock (state.Gate)
        {
            var isExpected = _current is { IsSent: true } exchange && exchange.Link == link && exchange.Step.IsCompleted
                && packet.ReasonCode is MqttReasonCode.Success or MqttReasonCode.ContinueAuthentication
                && (packet.Method is null
                    || string.Equals(packet.Method, state.Options.Authenticator?.Method, StringComparison.Ordinal));
            if (!isExpected)
            {
                throw new MqttProtocolException(
                    "MQTT-4.12.1-1",
                    MqttReasonCode.ProtocolError,
                    $"An AUTH with {packet.ReasonCode} and the method '{packet.Method}' is not expected here.");
            }

            _current!.Step = StepAsync(_current, packet); // Not null: it was just seen.
        }
    }

    /// <summary>Under the gate.</summary>
    public void FailAll(MqttException reason)
    {
        _current?.Done.TrySetException(reason.Copy());
        _ = _current?.Done.Task.Exception; // Its caller may have gone.
        _current = null;
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private async Task StepAsync(Exchange exchange, AuthPacket packet)
    {
        await Task.Yield(); // Off the read loop, and out of the gate.
        var authenticator = state.Options.Authenticator!; // OnAuth has checked it.
        try
        {
            if (packet.ReasonCode == MqttReasonCode.ContinueAuthentication)
            {
                var data = await authenticator.ContinueAsync(packet.Data ?? default, CancellationToken.None)
                    .ConfigureAwait(false);
                Send(exchange, MqttReasonCode.ContinueAuthentication, data);
                return;
            }

            await authenticator.CompleteAsync(packet.Data ?? default, CancellationToken.None).ConfigureAwait(false);
            lock (state.Gate)
            {
                _current = _current == exchange ? null : _current;
            }

            exchange.Done.TrySetResult();
        }
        catch (Exception error)
        {
            var reason = UsersCode.ToException("authenticator", error);
            exchange.Done.TrySetException(reason.Copy());
            _ = exchange.Done.Task.Exception; // Its caller may have gone; the link's end tells it too.
            if (reason is MqttProtocolException fault)
            {
                await exchange.Link.AccuseAsync(fault).ConfigureAwait(false); // [MQTT-4.12.1-2]
            }

            exchange.Link.End(reason);
        }
    }

    private void Send(Exchange exchange, MqttReasonCode reason, ReadOnlyMemory<byte> data)
    {
        lock (state.Gate)
        {
            if (state.Link != exchange.Link)
            {
                return; // FailAll has told the caller.
            }

            var packet = new ArrayBufferWriter<byte>();
            PacketEncoder.WriteAuth(packet, new AuthPacket(
                reason, state.Options.Authenticator?.Method, data.IsEmpty ? default(ReadOnlyMemory<byte>?) : data));
            if (packet.WrittenCount > exchange.Link.Limits.MaxPacketBytes)
            {
                throw new MqttRejectedException( // [MQTT-3.2.2-15]
                    MqttReasonCode.PacketTooLarge,
                    $"The authenticator's data make an AUTH of {packet.WrittenCount} bytes; the server takes "
                    + $"{exchange.Link.Limits.MaxPacketBytes}.");
            }

            exchange.IsSent = true;
            exchange.Link.Gathering.Write(packet.WrittenSpan);
        }

        exchange.Link.Wake();
    }

    private sealed class Exchange(Link link)
    {
        public Link Link { get; } = link;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSent { get; set; }

        /// <summary>What the authenticator is at; never fails.</summary>
        public Task Step { get; set; } = Task.CompletedTask;
    }
}
