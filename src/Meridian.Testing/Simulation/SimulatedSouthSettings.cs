using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Simulation;

/// <summary>The settings of a simulated South.</summary>
public sealed record SimulatedSouthSettings
{
    /// <summary>How many readings a page of history has, or a few more where they have one timestamp; and a page of
    /// what comes next.</summary>
    /// <value>1,000.</value>
    [Range(1, 1_000_000)]
    [Unit("readings")]
    public int PageReadings { get; init; } = 1_000;
}

/// <summary>The settings of an item of a simulated South.</summary>
public sealed record SimulatedItemSettings : IHasFileRules
{
    /// <summary>The point to read; for files the folder.</summary>
    [Required]
    public required string Point { get; init; }

    /// <summary>What the item is asked for on its schedule: LastPoint, History, File or Next.</summary>
    /// <value>LastPoint.</value>
    public SouthCapabilities Capability { get; init; } = SouthCapabilities.LastPoint;

    /// <summary>
    /// For an item that is subscribed to: how often the source gives a reading by itself, a number that counts up;
    /// leave it out to say each reading in code.
    /// </summary>
    public TimeSpan? Period { get; init; }

    /// <summary>Which files, and what becomes of them.</summary>
    public FileRules Files { get; init; } = new();
}

/// <summary>The settings of a simulated North: it has none.</summary>
public sealed record SimulatedNorthSettings;
