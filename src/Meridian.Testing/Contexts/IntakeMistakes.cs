using System.Text;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Contexts;

/// <summary>What is wrong with an intake by itself.</summary>
internal static class IntakeMistakes
{
    private const int MaxPointBytes = 65_535;
    private const int MaxKeyBytes = 255;
    private const int MaxPositionBytes = 4_096;

    public static IEnumerable<string> Of(Intake intake)
    {
        if (intake.Content is ReadingsContent content)
        {
            if (content.Readings.IsEmpty && intake.Checkpoints.Count == 0)
            {
                yield return "An intake had neither readings nor a checkpoint; offer it when there is something.";
            }

            foreach (var mistake in Of(content.Readings))
            {
                yield return mistake;
            }
        }

        foreach (var (key, position) in intake.Checkpoints)
        {
            if (Encoding.UTF8.GetByteCount(key) is 0 or > MaxKeyBytes)
            {
                yield return $"The checkpoint key '{key}' has not 1 to {MaxKeyBytes} UTF-8 bytes.";
            }

            if (position.Length > MaxPositionBytes)
            {
                yield return $"Checkpoint '{key}' has {position.Length} bytes; at most {MaxPositionBytes} are kept.";
            }
        }

        var keys = intake.Checkpoints.Select(static one => one.Key).ToHashSet(StringComparer.Ordinal);
        if (keys.Count != intake.Checkpoints.Count)
        {
            yield return "An intake had two checkpoints of one key; the keys of an intake differ.";
        }
    }

    /// <summary>What is wrong with readings, whoever gave them.</summary>
    public static IEnumerable<string> Of(ReadOnlyMemory<Reading> readings)
    {
        for (var i = 0; i < readings.Length; i++)
        {
            var reading = readings.Span[i];
            if (reading.Point is null || Encoding.UTF8.GetByteCount(reading.Point) is 0 or > MaxPointBytes)
            {
                yield return $"A point's name had not 1 to {MaxPointBytes} UTF-8 bytes: '{reading.Point}'.";
            }

            if (reading.Timestamp.Offset != TimeSpan.Zero)
            {
                yield return $"The timestamp {reading.Timestamp:O} of '{reading.Point}' is not in UTC.";
            }
        }
    }
}
