using System.Text;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// Asks a broker for its name and version, which many keep on a topic; MQTT itself has no word for it. Heard by a
/// client's read loop, asked by one caller.
/// </summary>
internal sealed class ProductListener : IMqttReceiver
{
    private const string Topic = "$SYS/broker/version";
    private const int MaxBytes = 200;

    private volatile string? _product;

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        if (string.Equals(message.Topic, Topic, StringComparison.Ordinal))
        {
            var text = Encoding.UTF8.GetString(message.Payload.Slice(0, Math.Min(message.Payload.Length, MaxBytes)));
            _product = string.Concat(text.Where(static letter => !char.IsControl(letter)));
        }
    }

    /// <summary>Asks. The answer to the second packet comes behind what the first one brought.</summary>
    /// <returns>The name; null where the broker does not tell it.</returns>
    public async Task<string?> AskAsync(MqttClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client
                .SubscribeAsync([new MqttSubscriptionRequest(Topic, MqttQos.AtMostOnce)], cancellationToken)
                .ConfigureAwait(false);
            await client.UnsubscribeAsync([Topic], cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException)
        {
            // Some brokers end the connection of whoever asks for such topics. What was to be tested is tested.
            return null;
        }

        return _product;
    }
}
