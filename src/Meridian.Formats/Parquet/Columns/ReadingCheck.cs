using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>Whether a Parquet file can hold a reading, before anything of it is gathered.</summary>
internal static class ReadingCheck
{
    private const long NanosecondsOfTick = 100;

    /// <summary>The years 1677 to 2262: what nanoseconds since 1970 are in 64 bits.</summary>
    private const long MostTicks = long.MaxValue / NanosecondsOfTick;

    /// <summary>So many characters have at most as many bytes as are allowed, whatever they are.</summary>
    private const int SafePointLength = ParquetLimits.MaxPointBytes / 3;
    private const int SafeTextLength = ParquetLimits.MaxValueBytes / 3;

    /// <summary>Nanoseconds since 1970 of a reading that passed.</summary>
    public static long NanosecondsOf(in Reading reading) =>
        (reading.Timestamp.UtcTicks - DateTime.UnixEpoch.Ticks) * NanosecondsOfTick;

    /// <summary>Why it cannot be held; null when it can.</summary>
    public static string? RefusalOf(in Reading reading)
    {
        if (RefusalOfPoint(reading.Point) is { } wrongPoint)
        {
            return wrongPoint;
        }

        if (reading.Timestamp.UtcTicks - DateTime.UnixEpoch.Ticks is > MostTicks or < -MostTicks)
        {
            return About(reading, "its timestamp is outside the years 1677 to 2262 that Parquet's nanoseconds hold.");
        }

        return reading.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => RefusalOfText(reading),
            ReadingValueKind.Bytes when reading.Value.AsBytes().Length > ParquetLimits.MaxValueBytes =>
                TooLarge(reading, reading.Value.AsBytes().Length),
            _ => null,
        };
    }

    private static string? RefusalOfPoint(string? point)
    {
        if (string.IsNullOrEmpty(point))
        {
            return "A reading has no point's name; a name has 1 to 65,535 bytes of UTF-8.";
        }

        if (!IsWellFormed(point))
        {
            return $"The name of the point '{Excerpt(point)}' has half a surrogate pair, which UTF-8 cannot hold.";
        }

        return point.Length > SafePointLength
            && Encoding.UTF8.GetByteCount(point) is > ParquetLimits.MaxPointBytes and var bytes
            ? $"The name of the point '{Excerpt(point)}' has {Number(bytes)} bytes of UTF-8; a name has 1 to 65,535."
            : null;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        var at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && Rune.DecodeFromUtf16(text[at..], out _, out var consumed) == OperationStatus.Done)
        {
            text = text[(at + consumed)..];
            at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }

        return at < 0;
    }

    private static string? RefusalOfText(in Reading reading)
    {
        var text = reading.Value.AsString();
        if (!IsWellFormed(text))
        {
            return About(reading, "its text has half a surrogate pair, which UTF-8 cannot hold.");
        }

        return text.Length > SafeTextLength
            && Encoding.UTF8.GetByteCount(text) is > ParquetLimits.MaxValueBytes and var bytes
            ? TooLarge(reading, bytes)
            : null;
    }

    private static string TooLarge(in Reading reading, int bytes) => About(
        reading, $"its value has {Number(bytes)} bytes; at most {Number(ParquetLimits.MaxValueBytes)} are written.");

    private static string About(in Reading reading, string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"The reading of '{Excerpt(reading.Point)}' at {reading.Timestamp.UtcDateTime:O} cannot be written: {what}");

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Excerpt(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
