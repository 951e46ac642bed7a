namespace Meridian.Mqtt.Subscriptions;

/// <summary>Topic Filters of shared subscriptions: <c>$share/NAME/FILTER</c> (MQTT 5.0 §4.8.2).</summary>
internal static class SharedFilter
{
    private const string Prefix = "$share/";

    /// <summary>What the filter selects: for a shared one, what stands behind its ShareName.</summary>
    public static string PatternOf(string filter)
    {
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return filter;
        }

        var end = filter.IndexOf('/', Prefix.Length);
        return end < 0 ? filter : filter[(end + 1)..];
    }

    /// <summary>What is wrong with a shared filter's form; null for others.</summary>
    public static TopicFault? FindFault(string filter)
    {
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = filter.IndexOf('/', Prefix.Length);
        var name = end < 0 ? filter.AsSpan(Prefix.Length) : filter.AsSpan(Prefix.Length, end - Prefix.Length);
        if (name.IsEmpty || name.ContainsAny('+', '#'))
        {
            return new TopicFault(
                $"Topic Filter '{filter}' is not '$share/NAME/FILTER' with a NAME, which has no wildcard",
                "MQTT-4.8.2-2");
        }

        return end < 0 || end == filter.Length - 1
            ? new TopicFault(
                $"Topic Filter '{filter}' is not '$share/NAME/FILTER': there is no FILTER behind the NAME",
                "MQTT-4.8.2-2")
            : null;
    }
}
