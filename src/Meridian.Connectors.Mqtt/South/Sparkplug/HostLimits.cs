namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>How much of other people's plants is remembered. What is beyond is forgotten and asked for again.</summary>
internal sealed record HostLimits
{
    /// <summary>Edge nodes; the one that was heard least lately is forgotten first.</summary>
    public int MaxNodes { get; init; } = 10_000;

    /// <summary>Metrics of all edge nodes together, about 300 bytes each.</summary>
    public int MaxMetrics { get; init; } = 1_000_000;

    /// <summary>What the points of one edge node are called, in characters, since a death names each of them.</summary>
    public long MaxNameLength { get; init; } = 8 * 1024 * 1024;

    /// <summary>What arrays, tables and templates of one message may become as JSON, in bytes.</summary>
    public int MaxJsonBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Checkpoints of one edge node, 4 KiB each: some 25,000 metrics with names of usual length.</summary>
    public int MaxParts { get; init; } = 256;

    /// <summary>Checkpoints of all edge nodes together.</summary>
    public int MaxAllParts { get; init; } = 4_096;
}
