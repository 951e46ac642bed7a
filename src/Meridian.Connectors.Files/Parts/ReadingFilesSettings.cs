using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Csv;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Parts;

/// <summary>How readings become files; the Norths of this project share it. A closed family.</summary>
public abstract record ReadingFilesSettings
{
    private protected ReadingFilesSettings()
    {
    }

    /// <summary>
    /// The folder that the files are written to. It is made when it does not exist. Two Norths may share a folder only
    /// with different prefixes.
    /// </summary>
    [Required]
    public required string Directory { get; init; }

    /// <summary>
    /// What every file name begins with: <c>values</c> makes <c>values-20261121T101500Z-000001.csv</c>. Letters,
    /// digits, <c>_</c>, <c>-</c> and <c>.</c>, at most 100. With <c>{point}</c> in it each point has files of its own.
    /// </summary>
    /// <value>The default is <c>values</c>.</value>
    public string Prefix { get; init; } = "values";

    /// <summary>What the files are.</summary>
    /// <value>The default is csv.</value>
    public FilesFormat Format { get; init; } = FilesFormat.Csv;

    /// <summary>How CSV is laid out.</summary>
    /// <value>Rows, with commas and a header.</value>
    [VisibleWhen(nameof(Format), FilesFormat.Csv)]
    public CsvSpec Csv { get; init; } = new();

    /// <summary>How the files are packed.</summary>
    /// <value>Parquet with Snappy, the others not at all.</value>
    public FilesCompression? Compression { get; init; }

    /// <summary>
    /// A file is completed before it would grow beyond this; a single batch that is larger stands in a file of its own.
    /// Where readings gather in a spool first, as for Parquet, the spool's bytes count.
    /// </summary>
    /// <value>The default is 16 MiB; at least 1 KiB, with columns at most 16 MiB.</value>
    [Group("Rotation")]
    public ByteSize MaxFileSize { get; init; } = new(16L * 1_024 * 1_024);

    /// <summary>Whether files end at full minutes, hours or days (UTC), by the gateway's clock.</summary>
    /// <value>The default is none: by age.</value>
    [Group("Rotation")]
    public FilesPeriod Period { get; init; } = FilesPeriod.None;

    /// <summary>A file is completed at the latest so long after it was begun.</summary>
    /// <value>The default is one hour; at least one second.</value>
    [Group("Rotation")]
    [VisibleWhen(nameof(Period), FilesPeriod.None)]
    public TimeSpan MaxFileAge { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>What a file of readings is.</summary>
public enum FilesFormat
{
    /// <summary>CSV (RFC 4180): a row a reading, or a row a time and a column a point.</summary>
    Csv,

    /// <summary>A JSON object with point, timestamp, value and quality on each line.</summary>
    Ndjson,

    /// <summary>Apache Parquet: every type and every bit of it, for DuckDB, pandas and Spark.</summary>
    Parquet,
}

/// <summary>How a file is packed.</summary>
public enum FilesCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With gzip; CSV and NDJSON files end with <c>.gz</c> then.</summary>
    Gzip,

    /// <summary>With Snappy; Parquet only.</summary>
    Snappy,
}

/// <summary>Where files end.</summary>
public enum FilesPeriod
{
    /// <summary>Nowhere; by age.</summary>
    None,

    /// <summary>At each full minute.</summary>
    Minute,

    /// <summary>At 0, 15, 30 and 45 minutes past the hour.</summary>
    QuarterHour,

    /// <summary>At each full hour.</summary>
    Hour,

    /// <summary>At midnight, UTC.</summary>
    Day,
}
