namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>
/// The Subscription Identifier of an item's Topic Filter (MQTT 5.0 §3.8.2.1.2), the same in every run.
/// </summary>
internal static class ItemIdentifier
{
    private const uint Max = 268_435_455;

    // FNV-1a over UTF-16. Never to be changed: brokers keep its results in their sessions.
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
