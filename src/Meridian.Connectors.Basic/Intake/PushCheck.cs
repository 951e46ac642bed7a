using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Basic.Intake;

/// <summary>Says what is wrong with a push. Any thread.</summary>
internal sealed class PushCheck(IntakeSettings settings)
{
    private const int MaxPointBytes = 65_535;
    private const int MaxNameLength = 255;

    /// <summary>A timestamp, a quality, a value of fixed length and a reference to the point's name.</summary>
    private const int FixedBytes = 40;

    /// <summary>About how much a push holds in memory. A file is on disk as soon as it is read.</summary>
    public static long BytesOf(Content content)
    {
        var bytes = 0L;
        if (content is ReadingsContent readings)
        {
            foreach (ref readonly var reading in readings.Readings.Span)
            {
                bytes += FixedBytes + ValueBytes(reading.Value);
            }
        }

        return bytes;
    }

    /// <summary>What is wrong, a whole sentence; null when nothing is.</summary>
    public string? Find(Content content) => content switch
    {
        ReadingsContent readings => Find(readings.Readings.Span),
        FileContent when !settings.TakesFiles => "Files are not taken here; push readings.",
        FileContent { Name: var name } when name.Length is 0 or > MaxNameLength
            || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || name is "." or ".." =>
            $"'{name}' is no file name; use 1 to {MaxNameLength} characters without folders.",
        _ => null,
    };

    private static int ValueBytes(ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.String or ReadingValueKind.Json => Encoding.UTF8.GetByteCount(value.AsString()),
        ReadingValueKind.Bytes => value.AsBytes().Length,
        _ => 0,
    };

    private string? Find(ReadOnlySpan<Reading> readings)
    {
        if (readings.Length is 0 or > NextPage.MaxReadings)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"A push has 1 to {NextPage.MaxReadings} readings, this one {readings.Length}; split it.");
        }

        var bytes = 0L;
        for (var index = 0; index < readings.Length; index++)
        {
            ref readonly var reading = ref readings[index];
            if (FindInPoint(reading.Point) is { } problem)
            {
                return string.Create(CultureInfo.InvariantCulture, $"Reading {index}: {problem}");
            }

            if (reading.Timestamp.Offset != TimeSpan.Zero)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Reading {index}: the timestamp {reading.Timestamp:O} is not in UTC.");
            }

            bytes += ValueBytes(reading.Value);
        }

        return bytes > NextPage.MaxBytes
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The values of this push have {bytes} bytes; at most {NextPage.MaxBytes} are taken at once. Split it.")
            : null;
    }

    private string? FindInPoint(string point)
    {
        if (string.IsNullOrEmpty(point)
            || Encoding.UTF8.GetByteCount(settings.PointPrefix) + Encoding.UTF8.GetByteCount(point) > MaxPointBytes)
        {
            return $"the point's name has not 1 to {MaxPointBytes} bytes.";
        }

        foreach (var pattern in settings.Points)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, point, ignoreCase: false))
            {
                return null;
            }
        }

        return settings.Points.Count == 0
            ? null
            : $"the point '{point}' is none of those that may be pushed; settings.points names them.";
    }
}
