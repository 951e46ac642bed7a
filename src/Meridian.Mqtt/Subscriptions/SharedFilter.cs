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

    /// <summary>One sentence on what is wrong with a shared filter's form; null for others.</summary>
    public static string? FindProblem(string filter)
    {
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = filter.IndexOf('/', Prefix.Length);
        var name = end < 0 ? filter.AsSpan(Prefix.Length) : filter.AsSpan(Prefix.Length, end - Prefix.Length);
        return name.IsEmpty || name.ContainsAny('+', '#')
            ? $"In Topic Filter '{filter}' the ShareName '{name}' is not one character or more without wildcards "
                + "[MQTT-4.8.2-2]; write '$share/NAME/FILTER'."
            : end < 0 || end == filter.Length - 1
                ? $"In Topic Filter '{filter}' no Topic Filter stands behind the ShareName [MQTT-4.8.2-2]; "
                    + "write '$share/NAME/FILTER'."
                : null;
    }
}
