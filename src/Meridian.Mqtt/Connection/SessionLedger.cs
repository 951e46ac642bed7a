using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The client's side of its session store: notes every step, and holds the socket back until the steps that its next
/// bytes rest on are durable.
/// </summary>
/// <remarks>What must be durable before what leaves:
/// <code>
///   the message itself  ──► PUBLISH, at any QoS (it enters the line only then)
///   assigned, QoS 2     ──► PUBLISH        (at QoS 1 a repeat is allowed, so nothing waits)
///   released            ──► PUBREL
///   received            ──► PUBREC
///   received, done      ──► PUBCOMP        (else a new message under the identifier would pass for a repeat)
///   done                    waits for nothing: the server answers a second PUBREL as well
/// </code></remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A SemaphoreSlim whose wait handle nobody asks for holds nothing.")]
internal sealed class SessionLedger(IMqttSessionStore store, IMqttReceiver? receiver, MqttLog log) : ISessionSteps
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly Lock _noteGate = new();
    private bool _isFlushDue;
    private volatile bool _isOpen;
    private bool _isClosed;
    private long _undelivered;

    public bool IsOpen => _isOpen;

    public long Undelivered => Interlocked.Read(ref _undelivered);

    /// <summary>The highest key in use. Under the gate once it is open.</summary>
    public ulong LastKey { get; set; }

    /// <summary>Opens the store once, and gives what it holds to <paramref name="restore"/>.</summary>
    /// <exception cref="MqttStoreException">It cannot be opened; the next call tries again.</exception>
    public async Task OpenAsync(string clientId, Action<MqttStoredSession> restore, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(MqttClient));
            if (!_isOpen)
            {
                restore(await OpenStoreAsync(clientId, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>What the store held is in its place; new publications may come behind. Under the gate.</summary>
    public void Begin(ulong lastKey)
    {
        LastKey = lastKey;
        _isOpen = true;
    }

    /// <summary>A store may be the application's own. What it throws must reach all who wait for it.</summary>
    public static MqttStoreException ToStoreException(string what, Exception error) => error as MqttStoreException
        ?? new MqttStoreException($"The session store {what}: {error.Message}", isTransient: true, error);

    public async Task CloseAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            bool wasOpen;
            lock (_noteGate)
            {
                wasOpen = _isOpen;
                _isOpen = false;
            }

            if (wasOpen)
            {
                await store.CloseAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    public bool HasRoomFor(MqttStoredPublication publication) => store.HasRoomFor(publication);

    public ValueTask AddAsync(MqttStoredPublication publication)
    {
        lock (_noteGate)
        {
            return _isOpen
                ? store.AddAsync(publication)
                : throw new MqttStoreException("The session store is closed; the message is not stored.");
        }
    }

    /// <summary>The bytes that are about to leave may rest on steps that are not durable. Under the gate.</summary>
    public bool TakeFlushDue()
    {
        var isDue = _isFlushDue;
        _isFlushDue = false;
        return isDue;
    }

    /// <summary>Waits until all steps so far are durable.</summary>
    /// <exception cref="MqttStoreException">They are not: the bytes must not leave.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        store.FlushAsync().AsTask().WaitAsync(cancellationToken);

    /// <summary>A connection begins. What the one before failed to make durable is made so first.</summary>
    public void OnConnected() => _isFlushDue = true;

    public void Assigned(Publication publication)
    {
        Note(MqttSessionChangeKind.Assigned, publication.StoreKey, publication.PacketIdentifier);
        _isFlushDue |= publication.Qos == MqttQos.ExactlyOnce;
    }

    public void Released(Publication publication)
    {
        Note(MqttSessionChangeKind.Released, publication.StoreKey, 0);
        _isFlushDue = true;
    }

    public void Received(ushort identifier)
    {
        Note(MqttSessionChangeKind.Received, 0, identifier);
        _isFlushDue = true;
    }

    public void ReceivedDone(ushort identifier)
    {
        Note(MqttSessionChangeKind.ReceivedDone, 0, identifier);
        _isFlushDue = true;
    }

    public void ReceivedLost() => Note(MqttSessionChangeKind.ReceivedLost, 0, 0);

    /// <summary>Forgets a publication. Any thread.</summary>
    public void Done(ulong key) => Note(MqttSessionChangeKind.Done, key, 0);

    /// <summary>Gives a stored publication up that nobody awaits: the application hears of it first, and only then is
    /// it forgotten, so that a kill in between tells it again.</summary>
    public void GiveUp(ulong key, MqttApplicationMessage message, MqttException reason)
    {
        _ = Interlocked.Increment(ref _undelivered);
        ThreadPool.UnsafeQueueUserWorkItem(
            static all => all.Ledger.Tell(all.Key, all.Message, all.Reason),
            (Ledger: this, Key: key, Message: message, Reason: reason),
            preferLocal: false);
    }

    private async Task<MqttStoredSession> OpenStoreAsync(string clientId, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAsync(clientId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw ToStoreException("cannot be opened", error);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private void Tell(ulong key, MqttApplicationMessage message, MqttException reason)
    {
        log.Undelivered(message.Topic, reason.Message);
        try
        {
            receiver?.OnUndelivered(message, reason);
        }
        catch (Exception error)
        {
            log.ReceiverFailed(error);
        }

        Done(key);
    }

    private void Note(MqttSessionChangeKind kind, ulong key, ushort identifier)
    {
        lock (_noteGate)
        {
            if (!_isOpen)
            {
                return; // The client ends. What this would have said is found out again by the next one.
            }

            store.Note(new MqttSessionChange(kind, key, identifier));
        }
    }
}
