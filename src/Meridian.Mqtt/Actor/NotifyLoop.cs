using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt.Actor;

/// <summary>
/// The one loop that calls the user, one event after the other. What waits here is bounded: calls by their own limit,
/// messages by pausing the reader, events of the connection by holding up the next try, pings and refusals by joining.
/// </summary>
internal sealed class NotifyLoop(MqttConnection connection, IMqttConnectionNotify notify, MqttConnectionOptions options)
{
    // A try brings at most three; a callback that sleeps must not stop the first few tries.
    private const int MaxEventsOfLife = 16;

    private readonly Lock _gate = new();
    private readonly Queue<NotifyEvent> _events = new();
    private readonly Dictionary<MqttCall, RefusalEvent> _refusals = [];
    private readonly AsyncSignal _wake = new();
    private TaskCompletionSource? _heard;
    private MqttClient? _client;
    private TaskCompletionSource? _allTold;
    private bool _hasPing;
    private bool _isLast;
    private bool _isClosing;
    private bool _leavesUnheard;
    private int _eventsOfLife;
    private int _messages;
    private long _messageBytes;

    /// <summary>True when no further message may be posted.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return HasNoRoom;
            }
        }
    }

    private bool HasNoRoom =>
        _isClosing || _messages >= options.MaxUnheardMessages || _messageBytes >= options.MaxUnheardBytes;

    /// <summary>The engine; set once, before anything else is called.</summary>
    public void Use(MqttClient? client) => _client = client;

    public void Post(NotifyEvent next)
    {
        lock (_gate)
        {
            if (next is PingEvent)
            {
                if (_hasPing)
                {
                    return;
                }

                _hasPing = true;
            }
            else if (next is MessageEvent message)
            {
                if (_isClosing)
                {
                    return; // It came too late; unacknowledged, it stays with the server.
                }

                _messages++;
                _messageBytes += message.Bytes;
            }

            _eventsOfLife += next.IsOfLife ? 1 : 0;
            _events.Enqueue(next);
        }

        _wake.Signal();
    }

    /// <summary>A call was not taken.</summary>
    public void Refuse(MqttToken token)
    {
        lock (_gate)
        {
            if (_refusals.TryGetValue(token.Call, out var known) && known.TryAdd(token))
            {
                return;
            }

            _events.Enqueue(_refusals[token.Call] = new RefusalEvent(token));
        }

        _wake.Signal();
    }

    /// <summary>Nothing more is posted; the loop ends when all is told.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isLast = true;
        }

        _wake.Signal();
    }

    /// <summary>Waits until the user has heard most of what happened to the connection.</summary>
    public Task WhenHeardAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_eventsOfLife <= MaxEventsOfLife)
            {
                return Task.CompletedTask;
            }

            _heard ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _heard.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes no further message, and waits until those that were received are told and acknowledged.</summary>
    public Task WhenMessagesToldAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isClosing = true;
            if (_messages == 0)
            {
                return Task.CompletedTask;
            }

            _allTold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _allTold.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Messages that are not acknowledged, and cannot be any more, are not told: the server has them.
    /// </summary>
    public void LeaveUnheardToServer()
    {
        lock (_gate)
        {
            _leavesUnheard = true;
        }
    }

    public async Task RunAsync()
    {
        await Task.Yield(); // The caller's thread is not ours.
        while (true)
        {
            if (TryTake(out var next, out var isLeft, out var isOver))
            {
                if (!isLeft)
                {
                    Tell(next);
                }

                OnTold(next);
            }
            else if (isOver)
            {
                return;
            }
            else
            {
                await _wake.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out NotifyEvent? next, out bool isLeft, out bool isOver)
    {
        lock (_gate)
        {
            isOver = _isLast;
            isLeft = _leavesUnheard && _events.TryPeek(out next) && next is MessageEvent { IsAcknowledged: false };
            if (!_events.TryDequeue(out next))
            {
                return false;
            }

            if (next is RefusalEvent refusal && _refusals[refusal.First.Call] == refusal)
            {
                _refusals.Remove(refusal.First.Call); // What is refused from now on is another event.
            }

            return true;
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private void Tell(NotifyEvent next)
    {
        try
        {
            next.Tell(notify, connection);
        }
        catch (Exception error)
        {
            _client?.LogReceiverFailed(error);
            var hasEnded = next.OnFailed(error);
            try
            {
                notify.OnError(connection, MqttError.NotifyFailed, new MqttErrorDetails
                {
                    Message = $"A callback threw an exception: {error.Message}",
                    HasEnded = hasEnded,
                    WillRetry = hasEnded && options.IsRetrying,
                    Cause = error,
                });
            }
            catch (Exception again)
            {
                _client?.LogReceiverFailed(again);
            }
        }
    }

    private void OnTold(NotifyEvent told)
    {
        told.OnTold();
        var hasRoomAgain = false;
        lock (_gate)
        {
            if (told is PingEvent)
            {
                _hasPing = false;
            }
            else if (told is MessageEvent message)
            {
                var hadNoRoom = HasNoRoom;
                _messages--;
                _messageBytes -= message.Bytes;
                hasRoomAgain = hadNoRoom && !HasNoRoom;
                if (_messages == 0)
                {
                    _allTold?.TrySetResult();
                }
            }

            _eventsOfLife -= told.IsOfLife ? 1 : 0;
            if (_eventsOfLife <= MaxEventsOfLife && _heard is { } heard)
            {
                _heard = null;
                heard.TrySetResult();
            }
        }

        if (hasRoomAgain)
        {
            _client?.OnReceiverRoom();
        }
    }
}
