using Meridian.Configuration.Schedules;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>The <c>batch</c> section of a North: when it is handed readings, and in what portions.</summary>
public sealed record BatchConfig
{
    /// <summary>The most readings of one batch: 1 to 1,000,000.</summary>
    /// <value>Default: 10,000.</value>
    public int MaxReadings { get; init; } = 10_000;

    /// <summary>
    /// The most bytes of one batch, as estimated: a reading counts its point's name, its value and 16 bytes. One that
    /// is larger by itself goes alone.
    /// </summary>
    /// <value>Default: not set, <see cref="MaxReadings"/> alone decides.</value>
    public ByteSize? MaxBytes { get; init; }

    /// <summary>
    /// How long a batch that is not full waits for more. At 0 ms a North is handed what is there, and batches grow by
    /// themselves while it is busy. Without effect where there is a <see cref="Schedule"/>.
    /// </summary>
    /// <value>Default: 0 ms.</value>
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>How long the destination is left alone between two sends.</summary>
    /// <value>Default: 0 ms.</value>
    public TimeSpan MinDelay { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// When it sends: at each tick everything that waits, in as many batches as that takes, and nothing until the next.
    /// </summary>
    /// <value>Default: not set, it sends what is there at once.</value>
    public Schedule? Schedule { get; init; }

    /// <summary>
    /// The most batches that are on their way at once, of different Souths: 1 to 32, as far as the connector allows it
    /// (<see cref="Sdk.NorthManifest.MaxParallelSends"/>). The readings of one South keep their order.
    /// </summary>
    /// <value>Default: 1.</value>
    public int MaxParallelSends { get; init; } = 1;
}
