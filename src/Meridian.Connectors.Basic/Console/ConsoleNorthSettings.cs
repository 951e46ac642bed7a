using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Console;

/// <summary>The settings of the console North.</summary>
public sealed record ConsoleNorthSettings
{
    /// <summary>How a reading is shown.</summary>
    /// <value>The default is <see cref="ConsoleFormat.Table"/>.</value>
    public ConsoleFormat Format { get; init; } = ConsoleFormat.Table;

    /// <summary>
    /// The most lines in a second, so that a terminal stays readable; what is left out is said in one line. 0 shows
    /// everything.
    /// </summary>
    /// <value>The default is 20.</value>
    [Range(0, 1_000_000)]
    [Unit("lines per second")]
    public int MaxLinesPerSecond { get; init; } = 20;
}

/// <summary>How the console shows a reading.</summary>
public enum ConsoleFormat
{
    /// <summary>Time of day (UTC), point, value and quality in columns, for people.</summary>
    Table,

    /// <summary>Timestamp, point, value and quality, separated by spaces.</summary>
    Text,

    /// <summary>A JSON object.</summary>
    Json,
}
