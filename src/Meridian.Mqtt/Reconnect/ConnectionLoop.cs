using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Reconnect;

/// <summary>
/// The life of a connected client: open a link, run it, tell of its end, wait, open the next. Ends for good when the
/// first try fails, when
/// it is stopped, when a refusal is permanent, or when no reconnect is wanted.
/// </summary>
internal sealed class ConnectionLoop(
    ClientState state, Handshake handshake, IMqttReceiver? receiver, TimeProvider time, Random jitter, MqttLog log)
{
    private readonly TaskCompletionSource<MqttConnectResult> _first = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new(state.Options.Reconnect ?? new MqttReconnectOptions(), jitter);
    private bool _wasConnected;

    /// <summary>The outcome of the first try.</summary>
    public Task<MqttConnectResult> First => _first.Task;

    /// <summary>Runs until the end described above; never throws.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield(); // The caller's thread is not ours.
        MqttException? reason = null;
        var isTold = false;
        try
        {
            while (await TryOpenAsync(stop).ConfigureAwait(false) is { } accepted)
            {
                var start = time.GetTimestamp();
                reason = await RunLinkAsync(accepted, stop).ConfigureAwait(false);
                _backoff.OnConnectionEnded(time.GetElapsedTime(start));
                isTold = !WillRetry(reason, stop);
                Tell(reason, willRetry: !isTold);
                if (isTold)
                {
                    return;
                }

                log.ConnectionLost(reason!.Message); // WillRetry wants a reason.
                await Task.Delay(_backoff.Next(), time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reason = null;
        }
        catch (MqttException error)
        {
            reason = error;
        }
        finally
        {
            End(reason, isTold);
        }
    }

    private bool WillRetry(MqttException? reason, CancellationToken stop) =>
        reason is { IsTransient: true } && state.Options.Reconnect is not null && !stop.IsCancellationRequested;

    /// <summary>
    /// Tries until a server accepts. The first of all tries is the caller's; it alone is not repeated.
    /// </summary>
    private async Task<AcceptedConnection?> TryOpenAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await handshake.OpenAsync(stop).ConfigureAwait(false);
            }
            catch (MqttException error) when (_wasConnected && error.IsTransient)
            {
                var delay = _backoff.Next();
                log.ConnectFailed(error.Message, delay);
                await Task.Delay(delay, time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<MqttException?> RunLinkAsync(AcceptedConnection accepted, CancellationToken stop)
    {
        var link = new Link(
            accepted.Transport, accepted.Version, state, receiver, new PacketDecoder(), time, log);
        await using (link.ConfigureAwait(false))
        {
            // A link that was accepted while the client was being stopped must not live.
            await using var registration = stop.UnsafeRegister(static link => ((Link)link!).End(reason: null), link)
                .ConfigureAwait(false);
            _wasConnected = true;
            state.OnConnected(link, accepted.IsSessionPresent);
            log.Connected(state.Options.Server, accepted.IsSessionPresent);
            Call(r => r.OnConnected(accepted.IsSessionPresent));
            _first.TrySetResult(new MqttConnectResult(accepted.IsSessionPresent));
            return await link.RunAsync().ConfigureAwait(false);
        }
    }

    private void Tell(MqttException? reason, bool willRetry)
    {
        state.OnDisconnected(
            reason ?? new MqttConnectionLostException("The client was disconnected by its owner."), willRetry);
        Call(r => r.OnDisconnected(reason, willRetry));
    }

    private void End(MqttException? reason, bool isTold)
    {
        if (_wasConnected)
        {
            if (!isTold)
            {
                Tell(reason, willRetry: false);
            }

            if (reason is null)
            {
                log.Disconnected();
            }
            else
            {
                log.GaveUp(reason.Message);
            }
        }
        else if (reason is null)
        {
            _first.TrySetCanceled();
        }
        else
        {
            _first.TrySetException(reason);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private void Call(Action<IMqttReceiver> call)
    {
        if (receiver is null)
        {
            return;
        }

        try
        {
            call(receiver);
        }
        catch (Exception error)
        {
            log.ReceiverFailed(error);
        }
    }
}
