namespace Meridian.Mqtt.Actor;

/// <summary>
/// Which calls wait for a connection and which are with the engine, and whether there is a connection at all. Its
/// events go to the <see cref="NotifyLoop"/> in the order in which they happen here.
/// </summary>
/// <remarks>
/// <code>
///   Away ──accepted──► Connected ──lost, retry──► Away
///     └──gave up──► Ended ◄──lost, no retry──┘
///   Away, Connected ──Disconnect, Dispose──► Closing ──► Ended
/// </code>
/// Its lock is taken before the engine's, and that before the loop's. No code of the user runs under it.
/// </remarks>
internal sealed class CallBook(MqttConnectionOptions options, NotifyLoop loop)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<ActorCall, long> _waiting = new();
    private readonly long[] _numbers = new long[Enum.GetValues<MqttCall>().Length];
    private readonly TaskCompletionSource<bool> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Phase _phase;
    private MqttClient? _client;
    private bool _isConnectTold;
    private bool _isDisconnectDue;
    private bool _isDisposed;
    private bool _isLast;
    private long _order;
    private long _epoch;
    private long _bytes;
    private int _count;
    private int _begun;

    private enum Phase
    {
        Away,
        Connected,
        Closing,
        Ended,
    }

    /// <summary>Ends when the user wants the connection to end; true: with the Will.</summary>
    public Task<bool> Closing => _closing.Task;

    /// <summary>Ends when the user disposes.</summary>
    public Task Disposing => _disposing.Task;

    /// <summary>The engine; set once, before anything else is called.</summary>
    public void Use(MqttClient? client) => _client = client;

    public MqttToken Publish(MqttApplicationMessage message)
    {
        var error = TopicName.IsValid(message.Topic, out var problem) ? default(MqttError?) : MqttError.PublishTopic;
        if (error is null && message.Qos > MqttQos.ExactlyOnce)
        {
            error = MqttError.PublishQos;
            problem = $"The QoS {(int)message.Qos} of a message for '{message.Topic}' is not 0, 1 or 2.";
        }

        lock (_gate)
        {
            var token = NextToken(MqttCall.Publish);
            Take(ActorCall.Publish(this, token, ++_order, message), error, problem);
            return token;
        }
    }

    public MqttToken Subscribe(string topic, MqttQos qos)
    {
        var error = TopicFilter.IsValid(topic, out var problem) ? default(MqttError?) : MqttError.SubscribeTopic;
        if (error is null && qos > MqttQos.ExactlyOnce)
        {
            error = MqttError.SubscribeQos;
            problem = $"The QoS {(int)qos} asked for Topic Filter '{topic}' is not 0, 1 or 2.";
        }

        return Ask(MqttCall.Subscribe, topic, qos, error, problem);
    }

    public MqttToken Unsubscribe(string topic) => TopicFilter.IsValid(topic, out var problem)
        ? Ask(MqttCall.Unsubscribe, topic, default, error: null, problem: null)
        : Ask(MqttCall.Unsubscribe, topic, default, MqttError.UnsubscribeTopic, problem);

    public MqttToken Disconnect(bool sendWill)
    {
        lock (_gate)
        {
            var token = NextToken(MqttCall.Disconnect);
            if (_phase is Phase.Closing or Phase.Ended)
            {
                loop.Refuse(token);
            }
            else
            {
                Close(sendWill);
            }

            return token;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            if (_phase is not Phase.Closing and not Phase.Ended)
            {
                Close(sendWill: false);
            }

            _closing.TrySetResult(false);
            _disposing.TrySetResult();
        }
    }

    /// <summary>The server accepted.</summary>
    public void OnConnected(bool isSessionPresent)
    {
        lock (_gate)
        {
            if (_phase != Phase.Away)
            {
                return; // It is being closed; nobody waits for it any more.
            }

            _phase = Phase.Connected;
            _epoch++;
            _isConnectTold = true;
            loop.Post(new ConnectEvent(isSessionPresent));
            BeginWaiting();
        }
    }

    /// <summary>An accepted connection ended, or the tries to make one again did.</summary>
    /// <param name="reason">Why; null when this side wanted it.</param>
    /// <param name="willRetry">Whether another is tried by itself.</param>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        lock (_gate)
        {
            if (_phase == Phase.Connected && reason is not null)
            {
                loop.Post(ErrorEvent.OfConnection(ErrorChoice.OfLoss(reason, willRetry), reason, willRetry));
            }

            if (_phase is not Phase.Closing && willRetry)
            {
                _phase = Phase.Away;
                _isConnectTold = false;
                loop.Post(new DisconnectEvent());
            }
            else
            {
                End();
            }
        }
    }

    /// <summary>A try failed.</summary>
    public void OnTryFailed(MqttError error, MqttException reason, bool willRetry)
    {
        lock (_gate)
        {
            if (_phase is Phase.Closing or Phase.Ended)
            {
                return;
            }

            loop.Post(ErrorEvent.OfConnection(error, reason, willRetry));
            if (!willRetry)
            {
                End();
            }
        }
    }

    /// <summary>There is no connection and never will be.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_phase == Phase.Ended)
            {
                return;
            }

            _isDisconnectDue = _isConnectTold || _phase == Phase.Closing;
            _phase = Phase.Ended;
            FailWaiting();
            TellEnd();
        }
    }

    /// <summary>The engine is gone too: the loop ends when all is told.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            _isLast = true;
            TellEnd();
        }
    }

    /// <summary>
    /// The engine is done with a call, well or not. Perhaps under the engine's gate, so it only takes its place in the
    /// order of events; the rest follows when the loop comes to it.
    /// </summary>
    public void OnDone(ActorCall call, Exception? failure) => loop.Post(new OutcomeEvent(
        this,
        call,
        failure is null ? null : ErrorChoice.OfCall(call.Token.Call, call.Qos, failure),
        failure?.Message,
        failure)
    {
        IsOfEngine = true,
    });

    /// <summary>Lets a call wait for the next connection in place of its failure, where that is wanted and right.
    /// </summary>
    public bool TryRepeat(ActorCall call, MqttError? error)
    {
        if (error is not (MqttError.PublishConnected or MqttError.SubscribeConnected or MqttError.UnsubscribeConnected)
            || !call.IsRepeatable || !options.IsRetrying)
        {
            return false;
        }

        lock (_gate)
        {
            if (_phase is not Phase.Away and not Phase.Connected)
            {
                return false;
            }

            _begun--;
            Wait(call);
            if (_phase == Phase.Connected && call.Epoch != _epoch)
            {
                BeginWaiting(); // The next connection is there already.
            }

            return true;
        }
    }

    /// <summary>The outcome of a call has been told.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isOfEngine">Whether the engine had had it.</param>
    public void OnTold(ActorCall call, bool isOfEngine)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= call.Bytes;
            _begun -= isOfEngine ? 1 : 0;
            TellEnd();
        }
    }

    private MqttToken Ask(MqttCall kind, string topic, MqttQos qos, MqttError? error, string? problem)
    {
        lock (_gate)
        {
            var token = NextToken(kind);
            var call = new ActorCall(this, token, ++_order, topic, qos) { Bytes = ActorCall.BytesOf(topic, 0) };
            Take(call, error, problem);
            return token;
        }
    }

    private MqttToken NextToken(MqttCall call)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(MqttConnection));
        return new MqttToken(call, ++_numbers[(int)call]);
    }

    private void Take(ActorCall call, MqttError? error, string? problem)
    {
        if (_count >= options.MaxQueuedCalls || (_count > 0 && _bytes + call.Bytes > options.MaxQueuedBytes))
        {
            loop.Refuse(call.Token);
            return;
        }

        _count++;
        _bytes += call.Bytes;
        if (error is null && !(_phase == Phase.Connected || (_phase == Phase.Away && options.IsRetrying)))
        {
            error = ErrorChoice.NotConnected(call.Token.Call);
        }

        if (error is not null)
        {
            loop.Post(new OutcomeEvent(this, call, error, problem, Cause: null));
        }
        else if (_phase == Phase.Connected && _waiting.Count == 0)
        {
            Begin(call);
        }
        else
        {
            Wait(call);
        }
    }

    private void Wait(ActorCall call)
    {
        call.Keep();
        _waiting.Enqueue(call, call.Order);
    }

    private void BeginWaiting()
    {
        while (_waiting.TryDequeue(out var call, out _))
        {
            Begin(call);
        }
    }

    private void Begin(ActorCall call)
    {
        _begun++;
        call.Epoch = _epoch;
        call.Begin(_client!); // Without an engine there is no connection to begin on.
    }

    private void Close(bool sendWill)
    {
        _phase = Phase.Closing;
        FailWaiting();
        _closing.TrySetResult(sendWill);
    }

    private void FailWaiting()
    {
        while (_waiting.TryDequeue(out var call, out _))
        {
            var error = ErrorChoice.NotConnected(call.Token.Call);
            loop.Post(new OutcomeEvent(this, call, error, Problem: null, Cause: null));
        }
    }

    /// <summary>The end is told when the outcome of everything else is.</summary>
    private void TellEnd()
    {
        if (_phase != Phase.Ended || _begun > 0)
        {
            return;
        }

        if (_isDisconnectDue)
        {
            _isDisconnectDue = false;
            loop.Post(new DisconnectEvent());
        }

        if (_isLast)
        {
            loop.End();
        }
    }
}
