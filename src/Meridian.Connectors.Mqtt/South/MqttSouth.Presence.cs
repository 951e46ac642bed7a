using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Mqtt;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South;

/// <content>The host application of Sparkplug: when edge nodes hear that it is there.</content>
internal sealed partial class MqttSouth
{
    /// <summary>Whether the host's own topic has a subscription beside those of items.</summary>
    private bool _hearsState;

    private HostPresence? Presence => _receiver.Sparkplug.Presence;

    /// <summary>
    /// The items' subscriptions stand. The host hears its own topic, too [tck-id-host-topic-phid-birth-sub-required]:
    /// by an item whose filter selects it, or by a subscription of its own, never by both, since a broker may then send
    /// two copies, also to the item. Then it tells that it is there.
    /// </summary>
    private async Task TellPresenceAsync(CancellationToken cancellationToken)
    {
        if (Presence is not { } presence)
        {
            return;
        }

        var isHeardByItem = _items.Values.Any(
            item => IsWhole(item) && TopicFilter.Matches(item.Pattern, presence.Topic));
        try
        {
            if (isHeardByItem && _hearsState)
            {
                await Client.UnsubscribeAsync([presence.Topic], cancellationToken).ConfigureAwait(false);
                _hearsState = false;
            }
            else if (!isHeardByItem && !_hearsState)
            {
                var answers = await Client
                    .SubscribeAsync(
                        [new MqttSubscriptionRequest(presence.Topic, MqttQos.AtLeastOnce)], cancellationToken)
                    .ConfigureAwait(false);
                _hearsState = true;
                if (!answers[0].IsGranted)
                {
                    LogStateNotHeard(_context.Name, presence.Topic);
                }
            }
        }
        catch (MqttException error)
        {
            throw MqttFaults.From(error, _settings);
        }

        presence.Open();
    }

    /// <summary>A share gives its messages to any of those who have it.</summary>
    private static bool IsWhole(RoutedItem item) =>
        !item.Subscription.Filter.StartsWith(RoutedItem.SharePrefix, StringComparison.Ordinal);

    private async Task<bool> TellAbsenceAsync(MqttClient client, CancellationToken cancellationToken) =>
        Presence is not { } presence || await presence.CloseAsync(client, cancellationToken).ConfigureAwait(false);

    [LoggerMessage(
        EventIds.StateNotHeard,
        LogLevel.Warning,
        "The broker refuses South '{South}' the subscription to '{Topic}'; when somebody says there that this host is "
            + "gone, it cannot contradict. Look at the broker's access rights.")]
    private partial void LogStateNotHeard(string south, string topic);
}
