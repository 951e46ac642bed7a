using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt;

/// <summary>
/// The messages of one Topic Filter as a stream with a buffer of its own; made by
/// <see cref="MqttClient.SubscribeAsync(string, MqttQos, MqttSubscriptionOptions?, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// <para>It outlives connections: a server that has lost the session is asked again. The client's read loop never waits
/// for it, so the loop over it may take its time and call the client. Several loops at once share the messages.</para>
/// <para>The enumeration ends when this or the client is disposed of, or the client is disconnected by its owner. It
/// throws what ended the connection where no reconnect follows, and <see cref="MqttRejectedException"/> where the
/// server refuses to renew the subscription; what is in the buffer is given before.</para>
/// <para>With automatic acknowledgement a message at QoS 1 or 2 is acknowledged when it enters the buffer. Where none
/// may
/// be lost with the process, use <see cref="MqttAcknowledgeMode.ByApplication"/> and
/// <see cref="MqttReceivedMessage.Acknowledge"/>.</para>
/// </remarks>
[SuppressMessage(
    "Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is one; it also ends one.")]
public sealed class MqttSubscription : IAsyncEnumerable<MqttReceivedMessage>, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<MqttReceivedMessage> _ready = new();
    private readonly Queue<MqttReceivedMessage> _held = new(); // Behind the full buffer, unacknowledged.

    // Given or ready, and in the line of acknowledgements.
    private readonly LinkedList<MqttReceivedMessage> _inLine = [];

    private readonly MqttSubscriptionRequest _request;
    private readonly MqttSubscriptionOptions _options;
    private readonly StreamTable _streams;
    private readonly bool _isByApplication;
    private TaskCompletionSource? _arrival;
    private ExceptionDispatchInfo? _fault;
    private bool _isEnded;
    private long _bytes;
    private long _dropped;
    private int _isDisposed;

    internal MqttSubscription(
        MqttSubscriptionRequest request, MqttSubscriptionOptions options, StreamTable streams, bool isByApplication)
    {
        _request = request;
        _options = options;
        _streams = streams;
        _isByApplication = isByApplication;
    }

    /// <summary>The Topic Filter.</summary>
    public string Filter => _request.Filter;

    /// <summary>The highest QoS at which the server sends, as it said at first.</summary>
    public MqttQos GrantedQos { get; internal set; }

    /// <summary>How many messages were dropped because the buffer was full.</summary>
    public long DroppedCount => Volatile.Read(ref _dropped);

    /// <summary>How many messages wait for the application, those that are held back at the full buffer included.
    /// </summary>
    public int BufferedCount
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count + _held.Count;
            }
        }
    }

    /// <summary>Gives the messages as they come.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>; the
    /// subscription stays.</param>
    /// <returns>The enumerator.</returns>
    public async IAsyncEnumerator<MqttReceivedMessage> GetAsyncEnumerator(
        CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Take(out var arrival) is { } message)
            {
                yield return message;
            }
            else if (arrival is not null)
            {
                await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _fault?.Throw();
                yield break;
            }
        }
    }

    /// <summary>
    /// Ends the subscription here and at the server, as soon as there is a connection. What is in the buffer is given
    /// up and, at QoS 1 and 2, acknowledged. Does not throw.
    /// </summary>
    /// <returns>A task that ends with the server's answer, or at once without a connection.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            End(fault: null);
            GiveUpBuffer();
            await _streams.LeaveAsync(this).ConfigureAwait(false);
        }
    }

    /// <summary>The read loop brings a message; it never waits here.</summary>
    internal void Offer(MqttReceivedMessage message)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                message.Settle(isOnReadLoop: true); // It was on its way when the stream ended.
                return;
            }

            if (!HasRoomFor(message) && _options.WhenFull == MqttWhenFull.DropOldest)
            {
                DropFor(message);
            }

            if (HasRoomFor(message))
            {
                Enter(message, isOnReadLoop: true);
                _arrival?.TrySetResult();
                _arrival = null;
            }
            else if (message.Qos == MqttQos.AtMostOnce)
            {
                _dropped++;
                _streams.Figures.AddDroppedAtStream();
            }
            else
            {
                Hold(message);
            }
        }
    }

    /// <summary>Nothing comes any more: the enumeration ends behind what is buffered, or throws.</summary>
    internal void End(Exception? fault)
    {
        lock (_lock)
        {
            if (!_isEnded)
            {
                _isEnded = true;
                _fault = fault is null ? null : ExceptionDispatchInfo.Capture(fault);
                _arrival?.TrySetResult();
                _arrival = null;
            }
        }
    }

    internal void OnSettled(MqttReceivedMessage message)
    {
        if (_isByApplication)
        {
            lock (_lock)
            {
                LeaveLine(message);
            }
        }
    }

    private MqttReceivedMessage? Take(out Task? arrival)
    {
        arrival = null;
        lock (_lock)
        {
            if (_ready.TryDequeue(out var message))
            {
                _bytes -= message.Payload.Length;
                while (_held.TryPeek(out var held) && HasRoom(held))
                {
                    Enter(_held.Dequeue(), isOnReadLoop: false);
                }

                return message;
            }

            if (!_isEnded)
            {
                _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _arrival.Task;
            }

            return null;
        }
    }

    private bool HasRoomFor(MqttReceivedMessage message) => _held.Count == 0 && HasRoom(message);

    private bool HasRoom(MqttReceivedMessage message) => _ready.Count == 0
        || (_ready.Count < _options.Capacity && _bytes + message.Payload.Length <= _options.MaxBytes);

    private void Enter(MqttReceivedMessage message, bool isOnReadLoop)
    {
        _ready.Enqueue(message);
        _bytes += message.Payload.Length;
        if (!_isByApplication)
        {
            message.Settle(isOnReadLoop);
        }
        else if (message is { IsUnacknowledged: true, IsAside: false })
        {
            message.InLine = _inLine.AddLast(message);
        }
    }

    /// <summary>The stream is full: nothing of it holds up the acknowledgements of others any more.</summary>
    private void Hold(MqttReceivedMessage message)
    {
        message.StepAside();
        _held.Enqueue(message);
        while (_inLine.First is { } first)
        {
            LeaveLine(first.Value);
            first.Value.StepAside();
        }
    }

    private void DropFor(MqttReceivedMessage message)
    {
        while (!HasRoom(message))
        {
            var oldest = _ready.Dequeue();
            _bytes -= oldest.Payload.Length;
            _dropped++;
            _streams.Figures.AddDroppedAtStream();
            LeaveLine(oldest);
            oldest.Settle(isOnReadLoop: true);
        }
    }

    private void LeaveLine(MqttReceivedMessage message)
    {
        if (message.InLine is { } node)
        {
            _inLine.Remove(node);
            message.InLine = null;
        }
    }

    private void GiveUpBuffer()
    {
        lock (_lock)
        {
            while (_ready.TryDequeue(out var message) || _held.TryDequeue(out message))
            {
                message.Acknowledge();
            }

            _bytes = 0;
        }
    }
}
