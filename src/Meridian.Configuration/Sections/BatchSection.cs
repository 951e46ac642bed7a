using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Sections;

/// <summary>What a North writes under <c>batch</c>; the words are for the schema.</summary>
internal sealed record BatchSection
{
    /// <summary>The most readings of one batch: 1 to 1,000,000.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000)]
    [Unit("readings")]
    public int MaxReadings { get; init; } = 10_000;

    /// <summary>
    /// The most bytes of one batch, as estimated: 1 KiB to 1 GiB. A reading counts its point's name, its value and 16
    /// bytes. One that is larger by itself goes alone.
    /// </summary>
    /// <value>Default: not set, <see cref="MaxReadings"/> alone decides.</value>
    [Range(typeof(ByteSize), "1 KiB", "1 GiB")]
    public ByteSize? MaxBytes { get; init; }

    /// <summary>
    /// How long a batch that is not full waits for more: 0 ms to 1 h. At 0 ms a North is handed what is there, and
    /// batches grow by themselves while it is busy. Without effect where there is a <see cref="Schedule"/>.
    /// </summary>
    /// <value>Default: 0 ms.</value>
    [Range(typeof(TimeSpan), "0 ms", "1 h")]
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>How long the destination is left alone between two sends: 0 ms to 1 h.</summary>
    /// <value>Default: 0 ms.</value>
    [Range(typeof(TimeSpan), "0 ms", "1 h")]
    public TimeSpan MinDelay { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// When it sends: a schedule's name or a period such as <c>1 min</c>. At each tick goes everything that waits, in
    /// as many batches as that takes, and nothing until the next.
    /// </summary>
    /// <value>Default: not set, it sends what is there at once.</value>
    public string? Schedule { get; init; }

    /// <summary>
    /// The most batches that are on their way at once, of different Souths: 1 to 32, as far as the connector allows it.
    /// The readings of one South keep their order. More than 1 is of use where a destination answers slowly.
    /// </summary>
    /// <value>Default: 1.</value>
    [Range(1, 32)]
    public int MaxParallelSends { get; init; } = 1;
}
