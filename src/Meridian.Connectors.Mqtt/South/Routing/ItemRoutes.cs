using System.Runtime.InteropServices;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>
/// From a topic to its item and point, remembered per topic. The items do not change: another set of items is another
/// object. Used by one thread at a time.
/// </summary>
internal sealed class ItemRoutes
{
    // As many as the topic cache of the client is likely to give again, and bounded: topics come from outside.
    private const int MaxKnownTopics = 16_384;
    /// <summary>The longest name of a point, in UTF-8.</summary>
    public const int MaxPointBytes = 65_535;

    private readonly FilterTree<RoutedItem> _tree = new();
    private readonly Dictionary<string, Route> _known = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<uint, RoutedItem> _byIdentifier;
    private readonly string _south;

    /// <param name="items">The items.</param>
    /// <param name="byIdentifier">Those whose subscription has an identifier; empty where none has.</param>
    /// <param name="south">The South's name.</param>
    public ItemRoutes(
        IEnumerable<RoutedItem> items, IReadOnlyDictionary<uint, RoutedItem> byIdentifier, string south)
    {
        _south = south;
        _byIdentifier = byIdentifier;
        foreach (var item in items)
        {
            _tree.Add(item.Pattern, item);
        }
    }

    /// <summary>Finds where a message goes: to each item that one of its Subscription Identifiers names, else to the
    /// one whose filter selects its topic.</summary>
    public void Find(in MqttMessage message, List<Route> routes)
    {
        routes.Clear();
        if (_byIdentifier.Count > 0)
        {
            foreach (var identifier in message.SubscriptionIdentifiers)
            {
                // A session may hold messages from when another item had this number.
                if (_byIdentifier.TryGetValue(identifier, out var item)
                    && TopicFilter.Matches(item.Pattern, message.Topic))
                {
                    routes.Add(Make(item, message.Topic));
                }
            }
        }

        if (routes.Count == 0)
        {
            routes.Add(Find(message.Topic));
        }
    }

    /// <summary>The route of a topic; its item is null when no filter selects it.</summary>
    public Route Find(string topic)
    {
        if (_known.TryGetValue(topic, out var route))
        {
            return route;
        }

        route = Make(_tree.Find(topic), topic);
        if (_known.Count >= MaxKnownTopics)
        {
            _known.Clear();
        }

        _known.Add(topic, route);
        return route;
    }

    private Route Make(RoutedItem? item, string topic)
    {
        var name = item?.NameOf(topic, _south);
        var isNamed = name is { Length: > 0 } && Encoding.UTF8.GetByteCount(name) <= MaxPointBytes;
        return new Route(item, topic, isNamed ? name! : topic, IsFallback: item is not null && !isNamed); // Not null.
    }
}

/// <summary>Where a topic goes.</summary>
/// <param name="Item">The item, or null when no filter selects the topic.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Point">The point's name; the same object for the same topic.</param>
/// <param name="IsFallback">The template gave no usable name, so the topic itself is it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Route(RoutedItem? Item, string Topic, string Point, bool IsFallback);
