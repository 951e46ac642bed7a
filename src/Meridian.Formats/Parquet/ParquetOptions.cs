using System.Globalization;

namespace Meridian.Formats.Parquet;

/// <summary>How <see cref="ParquetReadingsWriter"/> writes. Read once, when a writer is made.</summary>
public sealed class ParquetOptions
{
    /// <summary>How the pages of a file are compressed.</summary>
    /// <value>The default is <see cref="ParquetCompression.Snappy"/>.</value>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>How many readings a row group has at most: they gather in memory until it is written.</summary>
    /// <value>131,072; 1 to 1,048,576.</value>
    /// <remarks>A reader skips, and divides its work by, whole row groups. Small ones make large files.</remarks>
    public int RowGroupRows { get; init; } = ParquetLimits.DefaultRowGroupRows;

    /// <summary>
    /// How many bytes of texts, JSON and binary values may gather before a row group is written, whatever its rows.
    /// </summary>
    /// <value>64 MiB; 1 byte to 512 MiB.</value>
    public int RowGroupBytes { get; init; } = ParquetLimits.DefaultRowGroupBytes;

    /// <summary>Refuses what is out of its range.</summary>
    internal static void ThrowIfUnfit(ParquetOptions options)
    {
        var problem = !Enum.IsDefined(options.Compression)
            ? $"Compression is {(int)options.Compression}; Parquet files are written with none, snappy or gzip."
            : ProblemOf(nameof(RowGroupRows), options.RowGroupRows, ParquetLimits.MaxRowGroupRows, "readings")
                ?? ProblemOf(nameof(RowGroupBytes), options.RowGroupBytes, ParquetLimits.MaxRowGroupBytes, "bytes");
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(options));
        }
    }

    private static string? ProblemOf(string name, int value, int most, string unit) => value >= 1 && value <= most
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{name} is {value}; a row group has 1 to {most:N0} {unit}. Leave it out for the default.");
}

/// <summary>How the pages of a Parquet file are compressed. Every usual reader knows all three.</summary>
public enum ParquetCompression
{
    /// <summary>Not at all: the columns are compact already.</summary>
    None = 0,

    /// <summary>With Snappy: quick at both ends.</summary>
    Snappy = 1,

    /// <summary>With gzip: smaller, and several times the work.</summary>
    Gzip = 2,
}
