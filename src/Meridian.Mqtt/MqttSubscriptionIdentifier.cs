namespace Meridian.Mqtt;

/// <summary>
/// Subscription Identifiers of Topic Filters (MQTT 5.0 §3.8.2.1.2) that are the same in every process: a session
/// outlives processes, and messages that wait in it carry the identifiers of the process that subscribed.
/// </summary>
public static class MqttSubscriptionIdentifier
{
    /// <summary>The largest; the least is 1.</summary>
    public const uint Max = 268_435_455;

    // FNV-1a, over the UTF-16 units with the high byte folded in. Never to be changed: servers keep its results.
    private const uint Basis = 2_166_136_261;
    private const uint Prime = 16_777_619;

    /// <summary>The identifier of a Topic Filter; two filters may have the same one.</summary>
    /// <param name="filter">The filter, as it is subscribed.</param>
    public static uint Of(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var hash = Basis;
        foreach (var unit in filter)
        {
            hash = (hash ^ (byte)unit) * Prime;
            hash = (hash ^ (byte)(unit >> 8)) * Prime;
        }

        return 1 + (hash % Max);
    }

    /// <summary>The one to try where a number is another filter's: the next, and 1 after the largest.</summary>
    /// <param name="identifier">The number that is taken.</param>
    public static uint Next(uint identifier) => identifier == Max ? 1 : identifier + 1;
}
