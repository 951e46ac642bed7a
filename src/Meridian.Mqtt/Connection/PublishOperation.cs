using System.Buffers;
using System.Threading.Tasks.Sources;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// A publication and the caller who awaits it, in one pooled object that is also its own work item: the steady path
/// allocates nothing, and
/// a caller's continuation never runs on the client's loops.
/// </summary>
/// <remarks>
/// It has two owners, the session (or the waiting line) and the caller. It returns to the pool when both have let go; a
/// caller who never
/// awaits leaves it to the garbage collector. It completes once; whoever is first (acknowledgement, loss, cancellation)
/// decides how.
/// </remarks>
internal sealed class PublishOperation(PublishLine line)
    : Publication, IValueTaskSource<MqttPublishResult>, IThreadPoolWorkItem, IBufferWriter<byte>
{
    // Larger packets are not kept with a pooled object.
    private const int MaxKeptBytes = 4 * 1024;

    private ManualResetValueTaskSourceCore<MqttPublishResult> _core;
    private CancellationTokenRegistration _cancellation;
    private Exception? _failure;
    private int _isCompleted;
    private TaskCompletionSource? _stored;
    private int _owners;
    private bool _isAwaited;

    public ValueTask<MqttPublishResult> Task => new(this, _core.Version);

    /// <summary>Hears the end in place of one who awaits it; or null.</summary>
    public ICallListener? Listener { get; set; }

    /// <summary>The token that may end it early.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Waits for room before it may join the line. Under the gate, as the next one.</summary>
    public bool IsOutside { get; set; }

    /// <summary>It is not durable yet; what is behind it in the line waits.</summary>
    public bool IsStoring { get; set; }

    /// <summary>What the store gets, while it waits for room there.</summary>
    public MqttStoredPublication? Content { get; set; }

    /// <summary>Nobody awaits its acknowledgement: the store answers for it.</summary>
    public bool IsLeftToStore { get; private set; }

    /// <summary>Makes it ready for one message; the payload is copied here.</summary>
    public void Prepare(in PublishPacket packet, MqttProtocolVersion version, int packetBytes, TimeProvider time)
    {
        _core.Reset();
        _failure = null;
        _isCompleted = 0;
        _isAwaited = false;
        _stored = null;
        Listener = null;
        IsOutside = IsStoring = IsLeftToStore = false;
        Content = null;
        StoreKey = 0;
        _owners = 2;
        CancellationToken = default;
        Stage = PublicationStage.Waiting;
        Qos = packet.Qos;
        if (Packet.Length < packetBytes)
        {
            Packet = GC.AllocateUninitializedArray<byte>(packetBytes);
        }

        PacketLength = 0;
        PacketEncoder.WritePublish(this, version, packet);
        Version = version;
        Topic = packet.Topic;
        IdentifierOffset = PublicationWire.TopicEnd(Bytes);
        SetOutcome(MqttReasonCode.Success, details: null);
        Deadline = null;
        ExpiryOffset = 0;
        if (packet.Properties?.Expiry is { } expiry)
        {
            Deadline = time.GetElapsedTime(0, time.GetTimestamp()) + expiry;
            if (version >= MqttProtocolVersion.V50)
            {
                FindExpiry(packet.Properties.IsText);
            }
        }
    }

    /// <summary>The caller does not await the acknowledgement, only that it is stored.</summary>
    public Task LeaveToStoreAsync()
    {
        IsLeftToStore = true;
        _stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _owners = 1;
        return _stored.Task;
    }

    public void OnStored(Exception? failure)
    {
        if (failure is null)
        {
            _stored?.TrySetResult();
        }
    }

    /// <summary>When it is worth nothing any more, where that is not an interval from now.</summary>
    public void SetLifetime(TimeSpan? deadline) => Deadline = deadline;

    /// <summary>Lets a token end it early; call once it is in its line.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        CancellationToken = cancellationToken;
        _cancellation = cancellationToken.UnsafeRegister(
            static operation => ((PublishOperation)operation!).OnCancelled(), this); // Never null: it is passed here.
    }

    /// <summary>
    /// Ends it for the caller: null is success. Only the first end counts. Cheap and safe under the gate.
    /// </summary>
    public void Complete(Exception? failure)
    {
        if (Interlocked.Exchange(ref _isCompleted, 1) != 0)
        {
            return;
        }

        failure = failure is MqttException shared ? shared.Copy() : failure;
        if (Listener is { } listener)
        {
            Listener = null;
            listener.OnEnded(failure, []);
            LetGo(); // For the caller, who will not.
            return;
        }

        _failure = failure;
        if (_stored is not null && failure is not null && _stored.TrySetException(failure))
        {
            _ = _stored.Task.Exception; // The caller may have stopped waiting.
        }

        if (Volatile.Read(ref _isAwaited))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        // Nobody waits yet; should somebody begin right now, the core queues the continuation by itself.
        Finish(runContinuationsAsynchronously: true);
    }

    /// <summary>One of the two owners lets go.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _owners) != 0)
        {
            return;
        }

        if (Packet.Length > MaxKeptBytes)
        {
            Packet = [];
        }

        line.Return(this);
    }

    void IThreadPoolWorkItem.Execute() => Finish(runContinuationsAsynchronously: false);

    MqttPublishResult IValueTaskSource<MqttPublishResult>.GetResult(short token)
    {
        // Waits for a cancellation that is running on another thread, so that it cannot meet the next message in this
        // object.
        _cancellation.Dispose();
        _cancellation = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            LetGo();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<MqttPublishResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<MqttPublishResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Volatile.Write(ref _isAwaited, true);
        _core.OnCompleted(continuation, state, token, flags);
    }

    void IBufferWriter<byte>.Advance(int count) => PacketLength += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => Packet.AsMemory(PacketLength);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Packet.AsSpan(PacketLength);

    /// <summary>The encoder writes the Message Expiry Interval first, or behind the Payload Format Indicator.</summary>
    private void FindExpiry(bool hasFormat)
    {
        var properties = IdentifierOffset + (Qos == MqttQos.AtMostOnce ? 0 : sizeof(ushort));
        properties += Bytes[properties..].IndexOfAnyInRange((byte)0, (byte)0x7F) + 1;
        ExpiryOffset = properties + (hasFormat ? 2 : 0) + 1;
    }

    private void OnCancelled() => line.Cancel(this);

    private void Finish(bool runContinuationsAsynchronously)
    {
        _core.RunContinuationsAsynchronously = runContinuationsAsynchronously;
        if (_failure is null)
        {
            _core.SetResult(new MqttPublishResult(Reason, Details));
        }
        else
        {
            _core.SetException(_failure);
        }
    }
}
