using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>The Topic Filter of a shared subscription: <c>$share/name/filter</c> (MQTT 5.0 §4.8.2).</summary>
internal static class SharedName
{
    private const string Prefix = "$share/";

    public static bool IsShared(string filter) => filter.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>
    /// The filter behind the name; false when it has none or a name that is not allowed [MQTT-4.8.2-2].
    /// </summary>
    public static bool TryGetFilter(string shared, [NotNullWhen(true)] out string? filter)
    {
        var end = shared.IndexOf('/', Prefix.Length);
        var isValid = end > Prefix.Length && end < shared.Length - 1
            && !shared.AsSpan(Prefix.Length, end - Prefix.Length).ContainsAny('+', '#');
        filter = isValid ? shared[(end + 1)..] : null;
        return isValid;
    }

    /// <summary>What is matched with Topic Names.</summary>
    public static string MatchedFilter(string filter) =>
        IsShared(filter) && TryGetFilter(filter, out var behind) ? behind : filter;
}
