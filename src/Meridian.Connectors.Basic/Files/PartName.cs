using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Meridian.Connectors.Basic.Files;

/// <summary>
/// The name of a file: <c>values-20261121T101500Z-000001.csv</c>; while it is written, <c>.part</c> follows. The number
/// only grows, so that names never repeat, whatever the clock does.
/// </summary>
/// <param name="Prefix">What it begins with.</param>
/// <param name="Begun">When the file was begun, to the second.</param>
/// <param name="Number">The number.</param>
internal sealed record PartName(string Prefix, DateTimeOffset Begun, long Number)
{
    public const string PartSuffix = ".part";

    private const string Extension = ".csv";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    public string FileName
    {
        get
        {
            var begun = Begun.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{begun}-{Number:D6}{Extension}");
        }
    }

    /// <summary>Reads a final name, or the name of a part without its suffix.</summary>
    public static bool TryParse(string fileName, string prefix, [NotNullWhen(true)] out PartName? name)
    {
        name = null;
        var rest = fileName.AsSpan();
        if (!rest.StartsWith(prefix, StringComparison.Ordinal) || !rest.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        const int TimeLength = 16;
        rest = rest[prefix.Length..^Extension.Length];
        if (rest.Length < TimeLength + 3 || rest[0] != '-' || rest[TimeLength + 1] != '-'
            || !DateTimeOffset.TryParseExact(
                rest.Slice(1, TimeLength),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var begun)
            || !long.TryParse(
                rest[(TimeLength + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        name = new PartName(prefix, begun, number);
        return true;
    }
}
