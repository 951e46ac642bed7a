namespace Meridian.Mqtt.Actor;

/// <summary>Something that the user is to hear of; a closed family.</summary>
internal abstract record NotifyEvent
{
    /// <summary>True for events of the connection itself, of which only so many may be unheard before the next try.
    /// </summary>
    public virtual bool IsOfLife => false;

    /// <summary>Calls the user.</summary>
    public abstract void Tell(IMqttConnectionNotify notify, MqttConnection connection);

    /// <summary>The callback has returned.</summary>
    public virtual void OnTold()
    {
    }

    /// <summary>The callback threw.</summary>
    /// <returns>True when that has ended the connection.</returns>
    public virtual bool OnFailed(Exception error) => false;
}

internal sealed record ConnectEvent(bool IsSessionPresent) : NotifyEvent
{
    public override bool IsOfLife => true;

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection) =>
        notify.OnConnect(connection, IsSessionPresent);
}

internal sealed record DisconnectEvent : NotifyEvent
{
    public override bool IsOfLife => true;

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection) =>
        notify.OnDisconnect(connection);
}

internal sealed record PingEvent : NotifyEvent
{
    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection) => notify.OnPing(connection);
}

internal sealed record ErrorEvent(MqttError Error, MqttErrorDetails Details) : NotifyEvent
{
    public override bool IsOfLife => true;

    public static ErrorEvent OfConnection(MqttError error, Exception reason, bool willRetry) => new(
        error,
        new MqttErrorDetails { Message = reason.Message, HasEnded = true, WillRetry = willRetry, Cause = reason });

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection) =>
        notify.OnError(connection, Error, Details);
}

/// <summary>A received message; its acknowledgement waits for the callback.</summary>
internal sealed record MessageEvent(
    MqttApplicationMessage Message, MqttAcknowledgement Acknowledgement, MqttClient Client) : NotifyEvent
{
    public long Bytes { get; } = ActorCall.BytesOf(Message.Topic, Message.Payload.Length);

    /// <summary>The server keeps it no longer; always so at QoS 0.</summary>
    public bool IsAcknowledged => Acknowledgement.IsEmpty;

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection)
    {
        notify.OnMessage(connection, Message);
        Client.Acknowledge(Acknowledgement);
    }

    public override bool OnFailed(Exception error) =>
        !Acknowledgement.IsEmpty && Client.OnMessageFailed(Acknowledgement, error);
}

/// <summary>How a call ended: well without an error.</summary>
internal sealed record OutcomeEvent(
    CallBook Book, ActorCall Call, MqttError? Error, string? Problem, Exception? Cause) : NotifyEvent
{
    private bool _isRepeated;

    /// <summary>True when the engine had the call, so that it may be given to it again.</summary>
    public bool IsOfEngine { get; init; }

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection)
    {
        _isRepeated = IsOfEngine && Book.TryRepeat(Call, Error);
        if (_isRepeated)
        {
            return;
        }

        if (Error is { } error)
        {
            notify.OnError(connection, error, new MqttErrorDetails
            {
                Token = Call.Token,
                Message = Problem ?? error.Text(),
                Topic = Call.Topic,
                Cause = Cause,
            });
            return;
        }

        switch (Call.Token.Call)
        {
            case MqttCall.Publish:
                notify.OnPublish(connection, Call.Token, Call.Message!); // A publication has a message.
                break;
            case MqttCall.Subscribe:
                notify.OnSubscribe(connection, Call.Token, Call.Topic, Call.Qos);
                break;
            default:
                notify.OnUnsubscribe(connection, Call.Token, Call.Topic);
                break;
        }
    }

    public override void OnTold()
    {
        if (!_isRepeated)
        {
            Book.OnTold(Call, IsOfEngine);
        }
    }
}

/// <summary>Calls of one kind and successive numbers that were not taken: one event, however many.</summary>
internal sealed record RefusalEvent(MqttToken First) : NotifyEvent
{
    private long _count = 1;

    /// <summary>Takes the next one in.</summary>
    /// <returns>False when it is not the next one.</returns>
    public bool TryAdd(MqttToken token)
    {
        if (token.Number != First.Number + _count)
        {
            return false;
        }

        _count++;
        return true;
    }

    public override void Tell(IMqttConnectionNotify notify, MqttConnection connection)
    {
        var error = ErrorChoice.Refused(First.Call);
        for (var i = 0L; i < _count; i++)
        {
            notify.OnError(connection, error, new MqttErrorDetails
            {
                Token = new MqttToken(First.Call, First.Number + i),
                Message = error.Text(),
            });
        }
    }
}
