using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meridian.Mqtt.Actor;

/// <summary>
/// One call of the user from its acceptance to the end of the callback that tells its outcome.
/// </summary>
internal sealed class ActorCall(CallBook book, MqttToken token, long order, string topic, MqttQos qos)
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

    /// <summary>Its time with the engine; never fails. The book counts those that have not ended.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

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
    public void Begin(MqttClient client) => Running = RunAsync(client);

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Whatever the engine says of the call is the call's outcome.")]
    private async Task RunAsync(MqttClient client)
    {
        Exception? failure = null;
        try
        {
            switch (Token.Call)
            {
                case MqttCall.Publish:
                    // A publication has a message.
                    await client.PublishAsync(Message!, CancellationToken.None).ConfigureAwait(false);
                    break;
                case MqttCall.Subscribe:
                    await SubscribeAsync(client).ConfigureAwait(false);
                    break;
                default:
                    await client.UnsubscribeAsync([Topic], CancellationToken.None).ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception error)
        {
            failure = error;
        }

        book.OnDone(this, failure);
    }

    private async Task SubscribeAsync(MqttClient client)
    {
        IReadOnlyList<MqttSubscriptionRequest> asked = [new(Topic, Qos)];
        var results = await client.SubscribeAsync(asked, CancellationToken.None).ConfigureAwait(false);
        Qos = results[0].IsGranted
            ? (MqttQos)results[0].ReasonCode
            : throw new MqttRejectedException(
                results[0].ReasonCode, $"The server refused the Topic Filter '{Topic}': {results[0].ReasonCode}.");
    }
}
