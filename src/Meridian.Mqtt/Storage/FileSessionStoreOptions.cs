namespace Meridian.Mqtt.Storage;

/// <summary>The bounds of a <see cref="FileSessionStore"/>.</summary>
public sealed record FileSessionStoreOptions
{
    /// <summary>The smallest <see cref="MaxBytes"/>.</summary>
    public const long LeastMaxBytes = 64 * 1024;

    private const int MaxSegmentBytes = 8 * 1024 * 1024;
    private const int SegmentsPerStore = 16;

    /// <summary>
    /// About how many bytes the directory may take. Unacknowledged publications may fill half of it; the rest is what
    /// the log needs to let go of old ones without a pause.
    /// </summary>
    /// <value>256 MiB by default; at least 64 KiB.</value>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Where a segment ends.</summary>
    internal int SegmentBytes { get; init; }

    internal int EffectiveSegmentBytes =>
        SegmentBytes > 0 ? SegmentBytes : (int)Math.Min(MaxSegmentBytes, MaxBytes / SegmentsPerStore);
}
