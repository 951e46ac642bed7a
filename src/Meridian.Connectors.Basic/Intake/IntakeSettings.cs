using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Intake;

/// <summary>The settings of the intake South.</summary>
public sealed record IntakeSettings
{
    /// <summary>What stands before the name of each point that is pushed, such as <c>lab/</c>.</summary>
    /// <value>Nothing.</value>
    [StringLength(1_000)]
    public string PointPrefix { get; init; } = string.Empty;

    /// <summary>
    /// The points that may be pushed, as they are named there: <c>*</c> stands for any characters and <c>?</c> for one.
    /// A push with any other is refused as a whole.
    /// </summary>
    /// <value>Empty: all.</value>
    public IReadOnlyList<string> Points { get; init; } = [];

    /// <summary>Whether files may be pushed.</summary>
    /// <value>true.</value>
    public bool TakesFiles { get; init; } = true;

    /// <summary>How many pushes may wait for the disk; one more is answered busy at once.</summary>
    /// <value>100.</value>
    [Range(1, 10_000)]
    [Unit("pushes")]
    public int MaxWaiting { get; init; } = 100;

    /// <summary>How much the pushes that wait may hold together; one alone may always.</summary>
    /// <value>64 MiB.</value>
    public ByteSize MaxWaitingSize { get; init; } = new(64L << 20);

    /// <summary>When who is answered busy shall try again.</summary>
    /// <value>1 s.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>The settings of an item of the intake South: it has none.</summary>
public sealed record IntakeItemSettings;
