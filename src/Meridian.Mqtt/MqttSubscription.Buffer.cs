namespace Meridian.Mqtt;

/// <content>The buffer, and what is held beside it while it is full.</content>
public sealed partial class MqttSubscription
{
    private readonly Queue<MqttReceivedMessage> _ready = new();
    private readonly Queue<MqttReceivedMessage> _held = new(); // Behind the full buffer, unacknowledged.

    // Given or ready, and in the line of acknowledgements.
    private readonly LinkedList<MqttReceivedMessage> _inLine = [];

    private long _bytes;

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

    /// <summary>A connection begins; nothing was received on it yet.</summary>
    internal void OnConnected(bool isSessionPresent)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }

            while (_inLine.First is { } first)
            {
                LeaveLine(first.Value); // The line of acknowledgements is the connection's.
            }

            if (isSessionPresent)
            {
                DropWhatComesAgain();
                FillFromHeld();
            }
            else
            {
                KeepWhatNeverComesAgain();
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
                FillFromHeld();
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

    private void FillFromHeld()
    {
        while (_held.TryPeek(out var message) && HasRoom(message))
        {
            _held.Dequeue();
            CountOut(message);
            Enter(message, isOnReadLoop: false);
        }
    }

    private void DropWhatComesAgain()
    {
        foreach (var queue in (ReadOnlySpan<Queue<MqttReceivedMessage>>)[_ready, _held])
        {
            for (var left = queue.Count; left > 0; left--)
            {
                var message = queue.Dequeue();
                if (!message.ComesAgain)
                {
                    queue.Enqueue(message);
                }
                else if (queue == _ready)
                {
                    _bytes -= message.Payload.Length;
                }
            }
        }
    }

    private void KeepWhatNeverComesAgain()
    {
        foreach (var message in _ready)
        {
            message.IsOnlyCopy |= message.IsUnacknowledged;
        }

        foreach (var message in _held)
        {
            if (!message.IsOnlyCopy)
            {
                message.IsOnlyCopy = true;
                _streams.ChangeOnlyCopies(1, message.Payload.Length);
            }
        }
    }

    private void CountOut(MqttReceivedMessage message)
    {
        if (message.IsOnlyCopy && !_isEnded)
        {
            _streams.ChangeOnlyCopies(-1, -message.Payload.Length);
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
