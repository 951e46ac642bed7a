using System.Text;

namespace Meridian.Mqtt.Session;

/// <summary>
/// Chooses which topics of one connection have an alias (MQTT 5.0 §3.3.2.3.4): the first ones get one, and when all are
/// given away a topic that was not used lately gives its own up. Chosen when a packet is sent, so that the server hears
/// of an alias before it meets it alone.
/// </summary>
/// <remarks>
/// Pure; one thread at a time. A clock hand goes round the aliases, one step for each topic without one: a used place
/// is only marked, an unused one is taken. So a round of more topics than aliases leaves most of them in peace.
/// </remarks>
internal sealed class OutgoingTopicAliases(int maximum)
{
    // More would help few clients and cost each a large table.
    private const int MaxAliases = 1_024;

    // Two bytes of alias with its identifier: shorter topics cost less themselves.
    private const int MinTopicBytes = 4;

    private readonly Dictionary<string, ushort> _aliases = new(StringComparer.Ordinal);
    private readonly int _maximum = Math.Min(maximum, MaxAliases);
    private Place[] _places = [];
    private int _count;
    private int _hand;

    /// <summary>The alias to send with a topic, 0 for none.</summary>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="mayAssign">Whether there is room for an alias beside the topic.</param>
    /// <param name="isKnown">True when the server knows it already, so that the topic can be left out.</param>
    public ushort Choose(string topic, bool mayAssign, out bool isKnown)
    {
        isKnown = _aliases.TryGetValue(topic, out var alias);
        if (isKnown)
        {
            _places[alias - 1].IsUsed = true;
            return alias;
        }

        if (!mayAssign || _maximum == 0 || Encoding.UTF8.GetByteCount(topic) < MinTopicBytes)
        {
            return 0;
        }

        if (_count < _maximum)
        {
            if (_count == _places.Length)
            {
                Array.Resize(ref _places, Math.Min(_maximum, Math.Max(16, _places.Length * 2)));
            }

            return Assign(_count++, topic);
        }

        var index = _hand;
        _hand = (_hand + 1) % _maximum;
        if (_places[index].IsUsed)
        {
            _places[index].IsUsed = false;
            return 0;
        }

        _aliases.Remove(_places[index].Topic);
        return Assign(index, topic);
    }

    private ushort Assign(int index, string topic)
    {
        var alias = (ushort)(index + 1); // Never zero [MQTT-3.3.2-8], never above the maximum [MQTT-3.3.2-9].
        _places[index] = new Place { Topic = topic };
        _aliases.Add(topic, alias);
        return alias;
    }

    private struct Place
    {
        public string Topic;
        public bool IsUsed;
    }
}
