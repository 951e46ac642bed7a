using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt;

/// <summary>
/// The messages of one Topic Filter as a stream with a buffer of its own; made by
/// <see cref="MqttClient.SubscribeAsync(string, MqttQos, MqttSubscriptionOptions?, CancellationToken)"/> on a living
/// connection, or at any time by
/// <see cref="MqttClient.DeclareSubscription(string, MqttQos, MqttSubscriptionOptions?)"/>.
/// </summary>
/// <remarks>
/// <para>It outlives connections: a server that has lost the session is asked again. The client's read loop never waits
/// for it, so the loop over it may take its time and call the client. Several loops at once share the messages.</para>
/// <para>The enumeration ends when this or the client is disposed of, or the client is disconnected by its owner. It
/// throws what ended the connection where no reconnect follows, and <see cref="MqttRejectedException"/> where the
/// server refuses a declared subscription or its renewal; what is in the buffer is given before.</para>
/// <para>With automatic acknowledgement a message at QoS 1 or 2 is acknowledged when it enters the buffer. Where none
/// may be lost with the process, use <see cref="MqttAcknowledgeMode.ByApplication"/> and
/// <see cref="MqttReceivedMessage.Acknowledge"/>.</para>
/// <para>A connection that is lost leaves unacknowledged messages behind. While the server has the session it sends
/// those at QoS 1 again, so they leave the buffer and come anew, in order; what it held of a session that is lost
/// stays, and at <see cref="MqttClientOptions.ReceiveMaximum"/> of those reading pauses until some are taken. So what
/// a stream holds beside its buffer is bounded however often connections are lost.</para>
/// </remarks>
[SuppressMessage(
    "Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is one; it also ends one.")]
public sealed partial class MqttSubscription : IAsyncEnumerable<MqttReceivedMessage>, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly MqttSubscriptionRequest _request;
    private readonly MqttSubscriptionOptions _options;
    private readonly StreamTable _streams;
    private readonly bool _isByApplication;
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _arrival;
    private ExceptionDispatchInfo? _fault;
    private bool _isEnded;
    private long _dropped;
    private int _isDisposed;
    private int _grantedQos = -1;

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

    /// <summary>The highest QoS at which the server sends, as it said last; null while it has said nothing.</summary>
    public MqttQos? GrantedQos => Volatile.Read(ref _grantedQos) is var qos and >= 0 ? (MqttQos)qos : null;

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

    /// <summary>Waits for the server to grant a declared subscription.</summary>
    /// <param name="cancellationToken">Ends the waiting; the subscription stays.</param>
    /// <returns>The highest QoS at which the server sends.</returns>
    /// <exception cref="MqttRejectedException">The server refuses it.</exception>
    /// <exception cref="MqttException">The client gave up its connection before the server answered.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or the stream or the client was ended by its
    /// owner before the server answered.</exception>
    public async Task<MqttQos> WhenGrantedAsync(CancellationToken cancellationToken = default)
    {
        await _granted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return (MqttQos)Volatile.Read(ref _grantedQos);
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
    /// Ends the subscription here at once, and at the server: UNSUBSCRIBE leaves now, or on the next connection of the
    /// session. What is in the buffer is given up and, at QoS 1 and 2, acknowledged. Does not throw.
    /// </summary>
    /// <remarks>UNSUBSCRIBE leaves before anything that is asked for after this call, so waiting for its answer is a
    /// courtesy and short: 1 s at most, and once a server has let that pass, streams that end on the same connection do
    /// not wait for it any more.</remarks>
    /// <returns>A task that ends with the server's answer, after 1 s, or at once without a connection.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Abandon(fault: null);
            await _streams.LeaveAsync(this).ConfigureAwait(false);
        }
    }

    /// <summary>The server granted what was asked for.</summary>
    internal void OnGranted(MqttQos qos)
    {
        Volatile.Write(ref _grantedQos, (int)qos);
        _granted.TrySetResult();
    }

    /// <summary>Nothing comes any more: the enumeration ends behind what is buffered, or throws.</summary>
    internal void End(Exception? fault)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }

            foreach (var message in _held)
            {
                CountOut(message); // Nothing joins them any more.
            }

            _isEnded = true;
            _fault = fault is null ? null : ExceptionDispatchInfo.Capture(fault);
            _arrival?.TrySetResult();
            _arrival = null;
        }

        if (fault is null)
        {
            _granted.TrySetCanceled();
        }
        else if (_granted.TrySetException(fault))
        {
            _ = _granted.Task.Exception; // It need not be looked at: the enumeration throws it too.
        }
    }

    /// <summary>Nobody reads it any more.</summary>
    internal void Abandon(Exception? fault)
    {
        End(fault);
        GiveUpBuffer();
    }
}
