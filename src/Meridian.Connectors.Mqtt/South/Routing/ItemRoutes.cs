using System.Runtime.InteropServices;
using System.Text;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>
/// From a topic to its item and point, remembered per topic. The items do not change: another set of items is another
/// object. Used by one thread at a time.
/// </summary>
internal sealed class ItemRoutes
{
    // As many as the topic cache of the client is likely to give again, and bounded: topics come from outside.
    private const int MaxKnownTopics = 16_384;
    private const int MaxPointBytes = 65_535;

    private readonly FilterTree<RoutedItem> _tree = new();
    private readonly Dictionary<string, Route> _known = new(StringComparer.Ordinal);
    private readonly string _south;

    public ItemRoutes(IEnumerable<RoutedItem> items, string south)
    {
        _south = south;
        foreach (var item in items)
        {
            _tree.Add(item.Subscription.Filter, item);
        }
    }

    /// <summary>The route of a topic; its item is null when no filter selects it.</summary>
    public Route Find(string topic)
    {
        if (_known.TryGetValue(topic, out var route))
        {
            return route;
        }

        var item = _tree.Find(topic);
        var name = item?.NameOf(topic, _south);
        var isNamed = name is { Length: > 0 } && Encoding.UTF8.GetByteCount(name) <= MaxPointBytes;
        route = new Route(item, isNamed ? name! : topic, IsFallback: item is not null && !isNamed); // Named: not null.
        if (_known.Count >= MaxKnownTopics)
        {
            _known.Clear();
        }

        _known.Add(topic, route);
        return route;
    }
}

/// <summary>Where a topic goes.</summary>
/// <param name="Item">The item, or null when no filter selects the topic.</param>
/// <param name="Point">The point's name; the same object for the same topic.</param>
/// <param name="IsFallback">The template gave no usable name, so the topic itself is it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Route(RoutedItem? Item, string Point, bool IsFallback);
