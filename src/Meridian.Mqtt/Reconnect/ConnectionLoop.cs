using System.Diagnostics.CodeAnalysis;
using System.Text;
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
    private readonly ServerList _servers = new(state.Options);
    private readonly Backoff _backoff = new(state.Options.Reconnect ?? new MqttReconnectOptions(), jitter);
    private readonly ILifeObserver? _observer = receiver as ILifeObserver;
    private readonly OwnGhost _ghost = new();
    private bool _wasConnected;
    private bool _isVersionGuessed;

    /// <summary>The outcome of the first try.</summary>
    public Task<MqttConnectResult> First => _first.Task;

    /// <summary>
    /// Runs until the end described above; never throws. Whatever it meets becomes a <see cref="MqttException"/>, so
    /// that all who wait hear of it: what comes from opening or running one link counts as its loss and is tried again.
    /// </summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The supervision edge of the loop.")]
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield(); // The caller's thread is not ours.
        MqttException? reason = null;
        var isTold = false;
        try
        {
            state.BeginLife();
            while (await TryOpenAsync(stop).ConfigureAwait(false) is { } accepted)
            {
                var start = time.GetTimestamp();
                reason = await RunGuardedAsync(accepted, stop).ConfigureAwait(false);
                var lasted = time.GetElapsedTime(start);
                _backoff.OnConnectionEnded(lasted);
                isTold = !WillRetry(reason, lasted, stop); // May change the server, so it is asked once.
                Tell(reason, willRetry: !isTold);
                if (isTold)
                {
                    return;
                }

                log.ConnectionLost(reason!.Message); // WillRetry wants a reason.
                await Task.Delay(_backoff.Next(reason), time, stop).ConfigureAwait(false);
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
        catch (Exception error)
        {
            reason = Unexpected(error);
        }
        finally
        {
            End(reason, isTold);
        }
    }

    /// <summary>A Client Identifier for a client without one; 8 characters suit every version.</summary>
    public static string DrawId(Random random) => random.GetHexString(8, lowercase: true);

    private bool WillRetry(MqttException? reason, TimeSpan lasted, CancellationToken stop)
    {
        var isGhost = _ghost.MayHaveEnded(reason, lasted);
        if (reason is null || state.Options.Reconnect is null || stop.IsCancellationRequested)
        {
            return false;
        }

        var isFollowed = reason is MqttConnectionLostException lost
            && _servers.TryFollow(lost.ReasonCode, lost.ServerReference);
        return isFollowed || isGhost || reason.IsTransient;
    }

    /// <summary>
    /// Tries until a server accepts. The first round over the servers is the caller's; it alone is not repeated, unless
    /// the options want that.
    /// </summary>
    private async Task<AcceptedConnection?> TryOpenAsync(CancellationToken stop)
    {
        while (true)
        {
            if (_observer is not null)
            {
                await _observer.WhenHeardAsync(stop).ConfigureAwait(false);
            }

            try
            {
                return await OpenAnyAsync(stop).ConfigureAwait(false);
            }
            catch (MqttException error)
            {
                stop.ThrowIfCancellationRequested();
                var willRetry = (_wasConnected || state.Options.Reconnect is { CountsAtFirst: true })
                    && MayHelpLater(error);
                _observer?.OnTryFailed(error, handshake.HasOpened, willRetry);
                if (!willRetry)
                {
                    throw;
                }

                Call(r => r.OnReconnectFailed(error));
                var delay = _backoff.Next(error);
                log.ConnectFailed(error.Message, delay);
                await Task.Delay(delay, time, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One round over the servers, from the current one on.</summary>
    private async Task<AcceptedConnection> OpenAnyAsync(CancellationToken stop)
    {
        for (var left = _servers.Count; ;)
        {
            try
            {
                return await OpenAsync(stop).ConfigureAwait(false);
            }
            catch (MqttException error) when (MayHelpLater(error))
            {
                _servers.MoveOn();
                if (--left == 0)
                {
                    throw;
                }

                log.Adapted(error.Message, _servers.Current);
            }
        }
    }

    /// <summary>One server, and again at once while its refusal says what would help.</summary>
    private async Task<AcceptedConnection> OpenAsync(CancellationToken stop)
    {
        var mayDraw = state.Options.ClientId.Length == 0 && state.ClientId.Length > 0;
        if (_isVersionGuessed)
        {
            state.Version = state.Options.Version; // The silence may have been the network's.
            _isVersionGuessed = false;
        }

        var version = state.Version;
        while (true)
        {
            try
            {
                return await OpenGuardedAsync(stop).ConfigureAwait(false);
            }
            catch (MqttConnectException error) when (
                _servers.TryFollow(error.ReasonCode, error.ServerReference)
                || TryOlderVersion(error)
                || (mayDraw && TryOtherId(error)))
            {
                _observer?.OnAdapted(error);
                mayDraw &= error.ReasonCode != MqttReasonCode.ClientIdentifierNotValid; // Once.
                log.Adapted(error.Message, _servers.Current);
            }
            catch (MqttConnectionLostException error) when (error.IsBeforeConnAck && MoveToOlderVersion())
            {
                // Some servers close without a word on a version that they do not know.
                _isVersionGuessed = true;
                _observer?.OnAdapted(error);
                log.Adapted(error.Message, _servers.Current);
            }
            catch (MqttConnectionLostException error) when (error.IsBeforeConnAck && _isVersionGuessed)
            {
                state.Version = version; // No version helped, so it was not the version.
                _isVersionGuessed = false;
                throw;
            }
        }
    }

    private async Task<AcceptedConnection> OpenGuardedAsync(CancellationToken stop)
    {
        try
        {
            _ghost.OnTry();
            return await handshake.OpenAsync(_servers.Current, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not MqttException && !stop.IsCancellationRequested)
        {
            throw Unexpected(error);
        }
    }

    private bool MayHelpLater(MqttException error) => error.IsTransient
        || (state.Options.Credentials is not null // The next ones may be better.
            && error is MqttConnectException { ReasonCode: MqttReasonCode.BadUserNameOrPassword });

    private bool TryOlderVersion(MqttConnectException error) =>
        error.ReasonCode == MqttReasonCode.UnsupportedProtocolVersion && MoveToOlderVersion();

    private bool MoveToOlderVersion()
    {
        if (!state.Options.AllowOlderVersion || state.Version == MqttProtocolVersion.V31)
        {
            return false;
        }

        var older = state.Version == MqttProtocolVersion.V50 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V31;
        if (older == MqttProtocolVersion.V31 && Encoding.UTF8.GetByteCount(state.ClientId) > 23)
        {
            return false; // MQTT 3.1 allows no longer one.
        }

        state.Version = older;
        if (state.ClientId.Length == 0)
        {
            state.ClientId = DrawId(jitter); // Only 5.0 lets the server assign one that the client hears of.
        }

        return true;
    }

    private bool TryOtherId(MqttConnectException error)
    {
        if (error.ReasonCode != MqttReasonCode.ClientIdentifierNotValid)
        {
            return false;
        }

        state.ClientId = DrawId(jitter);
        return true;
    }

    private async Task<MqttException?> RunGuardedAsync(AcceptedConnection accepted, CancellationToken stop)
    {
        try
        {
            return await RunLinkAsync(accepted, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not MqttException && !stop.IsCancellationRequested)
        {
            var failure = Unexpected(error);
            return _wasConnected ? failure : throw failure;
        }
    }

    private MqttConnectionLostException Unexpected(Exception error)
    {
        log.Unexpected(error);
        return new MqttConnectionLostException($"The client met an unexpected exception: {error.Message}", error);
    }

    private async Task<MqttException?> RunLinkAsync(AcceptedConnection accepted, CancellationToken stop)
    {
        if (!TryAskUnreleased(accepted.Result, out var unreleased, out var failure))
        {
            await accepted.Transport.DisposeAsync().ConfigureAwait(false);
            return _wasConnected ? failure : throw failure;
        }

        var link = new Link(
            accepted.Transport, accepted.Result, state, receiver, new PacketDecoder(), time, log);
        await using (link.ConfigureAwait(false))
        {
            // A link that was accepted while the client was being stopped must not live.
            await using var registration = stop.UnsafeRegister(static link => ((Link)link!).End(reason: null), link)
                .ConfigureAwait(false);
            var result = accepted.Result;
            if (_wasConnected)
            {
                state.Figures.AddReconnect();
            }

            _wasConnected = true;
            _servers.OnConnected();
            state.ClientId = result.AssignedClientId ?? state.ClientId; // [MQTT-3.2.2-16]
            state.OnConnected(link, unreleased);
            log.Connected(result.Server, result.IsSessionPresent);
            Call(r => r.OnConnected(result.IsSessionPresent));
            _first.TrySetResult(result);
            return await link.RunAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Without its answer a message could be delivered twice.</summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private bool TryAskUnreleased(
        MqttConnectResult result,
        out IReadOnlyCollection<ushort> unreleased,
        [NotNullWhen(false)] out MqttException? failure)
    {
        unreleased = [];
        failure = null;
        try
        {
            if (receiver is not null && result.IsSessionPresent)
            {
                unreleased = [.. receiver.UnreleasedPacketIdentifiers]; // Read here; it may be the user's own code.
            }

            return true;
        }
        catch (Exception error)
        {
            log.ReceiverFailed(error);
            failure = new MqttConnectionLostException(
                $"The receiver could not say which messages are unreleased: {error.Message}", error);
            return false;
        }
    }

    private void Tell(MqttException? reason, bool willRetry)
    {
        state.OnDisconnected(
            reason ?? new MqttConnectionLostException("The client was disconnected by its owner."), willRetry);
        if (!willRetry)
        {
            state.EndLife(reason);
        }

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
