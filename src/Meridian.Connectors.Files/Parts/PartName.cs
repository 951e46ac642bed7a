using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// The name of a file: <c>values-20261121T101500Z-000001.csv</c>; while it is written, <c>.part</c> follows. The number
/// only grows, so that names never repeat, whatever the clock does.
/// </summary>
/// <param name="Stem">What it begins with.</param>
/// <param name="Begun">When the file was begun, to the second.</param>
/// <param name="Number">The number.</param>
/// <param name="Extension">What it ends with, from the dot.</param>
internal sealed record PartName(string Stem, DateTimeOffset Begun, long Number, string Extension)
{
    public const string PartSuffix = ".part";

    public const string Csv = ".csv";
    public const string Ndjson = ".ndjson";
    public const string Parquet = ".parquet";
    public const string Gzip = ".gz";

    /// <summary>Readings that become files when they are complete; never a file for others.</summary>
    public const string Spool = ".spool";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    private static readonly string[] Extensions =
        [Csv, Csv + Gzip, Ndjson, Ndjson + Gzip, Parquet, Spool];

    public bool IsSpool => string.Equals(Extension, Spool, StringComparison.Ordinal);

    public string FileName
    {
        get
        {
            var begun = Begun.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{Stem}-{begun}-{Number:D6}{Extension}");
        }
    }

    /// <summary>Reads a final name, or the name of a part without its suffix.</summary>
    public static bool TryParse(string fileName, NamePattern pattern, [NotNullWhen(true)] out PartName? name)
    {
        name = null;
        var extension = Array.Find(Extensions, one => fileName.EndsWith(one, StringComparison.Ordinal));
        if (extension is null)
        {
            return false;
        }

        const int TimeLength = 16;
        var rest = fileName.AsSpan(0, fileName.Length - extension.Length);
        var dash = rest.LastIndexOf('-');
        if (dash < TimeLength + 1 || rest[dash - TimeLength - 1] != '-'
            || !DateTimeOffset.TryParseExact(
                rest.Slice(dash - TimeLength, TimeLength),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var begun)
            || !long.TryParse(rest[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var stem = rest[..(dash - TimeLength - 1)];
        name = pattern.Owns(stem) ? new PartName(stem.ToString(), begun, number, extension) : null;
        return name is not null;
    }
}
