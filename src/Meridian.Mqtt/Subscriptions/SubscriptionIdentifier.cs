namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// The Subscription Identifier of a Topic Filter: the same in every process, since a session outlives processes and
/// messages that wait in it carry the identifiers of the process that subscribed.
/// </summary>
internal static class SubscriptionIdentifier
{
    /// <summary>The largest that a Variable Byte Integer takes (MQTT 5.0 §3.8.2.1.2).</summary>
    public const uint Max = 268_435_455;

    // FNV-1a, over the UTF-16 units with the high byte folded in. Never to be changed: servers keep its results.
    private const uint Basis = 2_166_136_261;
    private const uint Prime = 16_777_619;

    public static uint Of(string filter)
    {
        var hash = Basis;
        foreach (var unit in filter)
        {
            hash = (hash ^ (byte)unit) * Prime;
            hash = (hash ^ (byte)(unit >> 8)) * Prime;
        }

        return 1 + (hash % Max);
    }

    /// <summary>Where the number is another filter's.</summary>
    public static uint Next(uint identifier) => identifier == Max ? 1 : identifier + 1;
}
