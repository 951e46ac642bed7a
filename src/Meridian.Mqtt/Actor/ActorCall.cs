using System.Text;
using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt.Actor;

/// <summary>
/// One call of the user from its acceptance to the end of the callback that tells its outcome.
/// </summary>
internal sealed class ActorCall(CallBook book, MqttToken token, long order, string topic, MqttQos qos)
    : ICallListener
{
    public MqttToken Token { get; } = token;

    /// <summary>The order of all calls.</summary>
    public long Order { get; } = order;

    public string Topic { get; } = topic;

    /// <summary>What was asked for; after a subscription what was granted.</summary>
    public MqttQos Qos { get; private set; } = qos;

    /// <summary>The message of a publication.</summary>
    public MqttApplicationMessage? Message { get; private set; }

    /// <summary>What it counts for.</summary>
    public long Bytes { get; init; }

    /// <summary>The connection it was last begun on.</summary>
    public long Epoch { get; set; }

    /// <summary>True when it may be begun again on another connection, since nobody can have acted on it, or acting
    /// twice is the same as once.</summary>
    public bool IsRepeatable => Token.Call != MqttCall.Publish || Qos == MqttQos.AtMostOnce;

    public static ActorCall Publish(CallBook book, MqttToken token, long order, MqttApplicationMessage message) =>
        new(book, token, order, message.Topic, message.Qos)
        {
            Message = message,
            Bytes = BytesOf(message.Topic, message.Payload.Length),
        };

    public static long BytesOf(string topic, long payloadBytes) => payloadBytes + Encoding.UTF8.GetByteCount(topic);

    /// <summary>It must wait, and the caller may use the payload's memory again.</summary>
    public void Keep()
    {
        if (Message is { Payload.IsEmpty: false } message)
        {
            Message = message with { Payload = message.Payload.ToArray() };
        }
    }

    /// <summary>Gives it to the engine; the book hears when it is done, perhaps before this returns.</summary>
    public void Begin(MqttClient client)
    {
        try
        {
            switch (Token.Call)
            {
                case MqttCall.Publish:
                    client.Publish(Message!, this); // A publication has a message.
                    break;
                case MqttCall.Subscribe:
                    client.Subscribe(new MqttSubscriptionRequest(Topic, Qos), this);
                    break;
                default:
                    client.Unsubscribe(Topic, this);
                    break;
            }
        }
        catch (Exception error) when (error is MqttException or ArgumentException or InvalidOperationException)
        {
            OnEnded(error, []); // Nothing was sent.
        }
    }

    public void OnEnded(Exception? failure, IReadOnlyList<byte> codes)
    {
        if (codes.Count > 0 && codes[0] >= (byte)MqttReasonCode.UnspecifiedError)
        {
            var code = (MqttReasonCode)codes[0];
            failure = new MqttRejectedException(code, $"The server refused the Topic Filter '{Topic}': {code}.");
        }
        else if (Token.Call == MqttCall.Subscribe && codes.Count > 0)
        {
            Qos = (MqttQos)codes[0];
        }

        book.OnDone(this, failure);
    }
}
