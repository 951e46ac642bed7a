namespace Meridian.Configuration;

/// <summary>The limits of a configuration that are not settings.</summary>
public static class ConfigurationLimits
{
    /// <summary>The largest configuration file that is read, in bytes: some million items.</summary>
    public const int MaxFileBytes = 256 << 20;

    /// <summary>The largest file that <c>${file:PATH}</c> reads, in bytes: a key chain is far smaller.</summary>
    public const int MaxSecretFileBytes = 1 << 20;

    /// <summary>The longest name of a gateway, South or North, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The longest name of an item, in characters.</summary>
    public const int MaxItemNameLength = 256;

    /// <summary>The shortest period of a schedule.</summary>
    public static TimeSpan MinPeriod => TimeSpan.FromMilliseconds(10);

    /// <summary>The longest period of a schedule.</summary>
    public static TimeSpan MaxPeriod => TimeSpan.FromDays(30);
}
