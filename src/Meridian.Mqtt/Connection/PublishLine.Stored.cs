using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <content>The bounds of the line, and the session store behind it.
/// <code>
///   call ─► outside ──room──► line, storing ──durable──► line ──window──► sent ──acknowledged──► done
///           (policy Wait only)                            └── lives through reconnects and restarts ──┘
/// </code></content>
internal sealed partial class PublishLine
{
    private readonly PublicationList _outside = new();
    private long _waitingBytes;
    private long _dropped;
    private long _refused;
    private bool _isOpening;
    private bool _isEnded;

    public MqttQueueStatus Status
    {
        get
        {
            lock (state.Gate)
            {
                return new MqttQueueStatus(
                    _waiting.Count + _outside.Count,
                    _waitingBytes,
                    _session.Count,
                    _dropped,
                    _refused,
                    state.Ledger?.Undelivered ?? 0);
            }
        }
    }

    /// <summary>Takes a message into the store and returns when it is durable there; its fate comes later.</summary>
    public Task StoreAsync(in PublishPacket packet, CancellationToken cancellationToken)
    {
        DemandSize(PacketEncoder.PublishBytes(state.Version, packet));
        var operation = new PublishOperation(this);
        operation.Prepare(packet, MqttProtocolVersion.V50, BytesFor(packet), state.Time);
        var stored = operation.LeaveToStoreAsync();
        Link? link;
        lock (state.Gate)
        {
            link = state.Link;
            Enter(operation, link);
        }

        link?.Wake();
        return stored.WaitAsync(cancellationToken);
    }

    /// <summary>Opens the store and puts what it holds before all that waits.</summary>
    public async Task OpenStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await state.Ledger!.OpenAsync(state.ClientId, Restore, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var failure = error as ObjectDisposedException ?? (Exception)SessionLedger.ToStoreException(
                "cannot be read", error);
            lock (state.Gate)
            {
                while (_outside.First is PublishOperation first)
                {
                    _outside.Remove(first);
                    End(first, failure);
                }
            }

            throw;
        }
    }

    /// <summary>The client ends: callers hear whether their message is stored.</summary>
    public void EndCallers()
    {
        lock (state.Gate)
        {
            while (_outside.First is PublishOperation first)
            {
                _outside.Remove(first);
                End(first, new MqttConnectionLostException("The client was disposed of; the message is not stored."));
            }

            _isEnded = true;
            for (var publication = _waiting.First; publication is not null; publication = publication.Next)
            {
                // What is being stored hears of that, right or wrong, when the store closes.
                if (!((PublishOperation)publication).IsStoring)
                {
                    ((PublishOperation)publication).Complete(ForLater());
                }
            }

            _session.ForEach(static publication => ((PublishOperation)publication).Complete(ForLater()));
        }
    }

    /// <summary>A new publication joins the line, or its policy decides. Under the gate.</summary>
    private void Enter(PublishOperation operation, Link? link)
    {
        var isStored = state.Ledger is not null && operation.Qos != MqttQos.AtMostOnce;
        if (isStored && (!state.Ledger!.IsOpen || _outside.Count > 0) && MayWaitOutside)
        {
            StayOutside(operation);
            return;
        }

        if (!HasRoomFor(operation, isStored) && !MakeRoom(operation, isStored))
        {
            return;
        }

        Join(operation, isStored);
        if (link is not null)
        {
            Pump(link);
        }
    }

    private bool MayWaitOutside =>
        state.Options.Queue.WhenFull == MqttQueueFullPolicy.Wait || !state.Ledger!.IsOpen;

    private void StayOutside(PublishOperation operation)
    {
        operation.IsOutside = true;
        _outside.Append(operation);
        if (!state.Ledger!.IsOpen && !_isOpening)
        {
            _isOpening = true;
            _ = OpenInBackgroundAsync();
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's store.")]
    private async Task OpenInBackgroundAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // The gate is held.
        try
        {
            await OpenStoreAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Every call that waits for it has heard; the next one tries again.
        }
        finally
        {
            lock (state.Gate)
            {
                _isOpening = false;
            }
        }
    }

    private bool HasRoomFor(PublishOperation operation, bool isStored) =>
        _waiting.Count < state.Options.Queue.MaxMessages
        && _waitingBytes + operation.PacketLength <= state.Options.Queue.MaxBytes
        && (!isStored || state.Ledger!.HasRoomFor(operation.Content ??= ToStored(operation)));

    /// <summary>Does what the policy says.</summary>
    /// <returns>True when the operation may join the line now.</returns>
    private bool MakeRoom(PublishOperation operation, bool isStored)
    {
        var policy = state.Options.Queue.WhenFull;
        if (policy == MqttQueueFullPolicy.Wait && operation.PacketLength <= state.Options.Queue.MaxBytes)
        {
            if (!isStored)
            {
                return true; // In the line it takes the same memory as outside.
            }

            StayOutside(operation);
            return false;
        }

        while (policy == MqttQueueFullPolicy.DropOldest && OldestUnsent() is { } oldest)
        {
            StopWaiting(oldest);
            _dropped++;
            End(oldest, new MqttMessageDroppedException(
                $"The queue is full; the oldest message, for '{oldest.Topic}', was dropped for a newer one."));
            if (HasRoomFor(operation, isStored))
            {
                return true;
            }
        }

        _refused++;
        End(operation, new MqttQueueFullException(
            $"The queue is full: {_waiting.Count} messages with {_waitingBytes} bytes wait, and one of "
            + $"{operation.PacketLength} bytes came. Raise Queue or the session store's bound, or wait."));
        return false;
    }

    private PublishOperation? OldestUnsent() => _waiting.First as PublishOperation;

    private void Join(PublishOperation operation, bool isStored)
    {
        operation.IsOutside = false;
        _waiting.Append(operation);
        _waitingBytes += operation.PacketLength;
        if (operation.Deadline is not null)
        {
            WatchExpiry();
        }

        if (isStored)
        {
            operation.StoreKey = ++state.Ledger!.LastKey;
            operation.IsStoring = true;
            var content = operation.Content ?? ToStored(operation);
            operation.Content = null;
            _ = AwaitStoredAsync(operation, content with { Key = operation.StoreKey });
        }
    }

    /// <summary>Lets those in from outside that fit now, in order. Under the gate.</summary>
    private void Admit()
    {
        while (_outside.First is PublishOperation first && state.Ledger!.IsOpen && HasRoomFor(first, isStored: true))
        {
            _outside.Remove(first);
            Join(first, isStored: true);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's store.")]
    private async Task AwaitStoredAsync(PublishOperation operation, MqttStoredPublication publication)
    {
        MqttStoreException? failure = null;
        try
        {
            var adding = state.Ledger!.AddAsync(publication);
            if (adding.IsCompleted)
            {
                // The caller holds the gate and has not put the publication where it belongs; not on its stack.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            await adding.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = SessionLedger.ToStoreException("did not take the message", error);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // As above.
        }

        Link? link;
        lock (state.Gate)
        {
            link = state.Link;
            if (operation.StoreKey == publication.Key && operation.Stage == PublicationStage.Waiting)
            {
                operation.IsStoring = false;
                operation.OnStored(failure);
                if (failure is not null)
                {
                    operation.StoreKey = 0;
                    StopWaiting(operation);
                    End(operation, failure);
                }
                else if (_isEnded)
                {
                    operation.Complete(ForLater());
                }
            }

            if (link is not null)
            {
                Pump(link);
            }
        }

        link?.Wake();
    }

    private void Restore(MqttStoredSession session)
    {
        lock (state.Gate)
        {
            lock (state.InboundGate)
            {
                state.Inbound.Seed(session.ReceivedIdentifiers);
            }

            foreach (var stored in session.Publications)
            {
                Restore(stored);
            }

            state.Ledger!.Begin(session.LastKey);
            Admit();
        }
    }

    private void Restore(MqttStoredPublication stored)
    {
        var packet = PublishPacket.Of(stored.Message);
        var operation = new PublishOperation(this);
        operation.Prepare(packet, MqttProtocolVersion.V50, BytesFor(packet), state.Time);
        _ = operation.LeaveToStoreAsync();
        operation.StoreKey = stored.Key;
        operation.SetLifetime(stored.ExpiresAt is { } end ? Now + (end - state.Time.GetUtcNow()) : null);
        if (stored.PacketIdentifier != 0)
        {
            _session.Restore(operation, stored.PacketIdentifier, stored.IsReleased);
            return;
        }

        _waiting.Append(operation);
        _waitingBytes += operation.PacketLength;
        if (operation.Deadline is not null)
        {
            WatchExpiry();
        }
    }

    private MqttStoredPublication ToStored(PublishOperation operation) =>
        new(operation.StoreKey, PublicationWire.ToMessage(operation))
        {
            ExpiresAt = operation.Deadline is { } deadline ? state.Time.GetUtcNow() + (deadline - Now) : null,
        };

    private static MqttStoredForLaterException ForLater() => new(
        "The client was disposed of; the message is in the session store and is sent by the next client on it.");

    private static int BytesFor(in PublishPacket packet) =>
        (int)PacketEncoder.PublishBytes(MqttProtocolVersion.V50, packet);
}
