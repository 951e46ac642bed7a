using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Files;

/// <summary>The settings of the files North.</summary>
public sealed record FilesNorthSettings
{
    /// <summary>
    /// The folder that the files are written to. It is made when it does not exist. Two Norths may share a folder only
    /// with different prefixes.
    /// </summary>
    [Required]
    public required string Directory { get; init; }

    /// <summary>
    /// What every file name begins with: <c>values</c> makes <c>values-20261121T101500Z-000001.csv</c>. Letters,
    /// digits,
    /// <c>_</c>, <c>-</c> and <c>.</c>, at most 100.
    /// </summary>
    /// <value>The default is <c>values</c>.</value>
    public string Prefix { get; init; } = "values";

    /// <summary>
    /// A file is completed before it would grow beyond this; a single batch that is larger stands in a file of its own.
    /// </summary>
    /// <value>The default is 16 MiB; at least 1 KiB.</value>
    public ByteSize MaxFileSize { get; init; } = new(16L * 1_024 * 1_024);

    /// <summary>A file is completed at the latest so long after it was begun.</summary>
    /// <value>The default is one hour; at least one second.</value>
    public TimeSpan MaxFileAge { get; init; } = TimeSpan.FromHours(1);
}
