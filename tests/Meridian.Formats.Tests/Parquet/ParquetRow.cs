using System.Globalization;
using System.Text.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

/// <summary>A row of a file: what a reading must become, and what a reader gave (parquet.mjs).</summary>
internal sealed record ParquetRow(
    long Timestamp,
    string Point,
    string? Value,
    string? Integer,
    string? Text,
    string? Json,
    string? Bytes,
    uint Quality,
    string Kind)
{
    /// <summary>The row with its timestamp cut to the microsecond, as DuckDB 1 reads it.</summary>
    public ParquetRow ToMicroseconds() => this with { Timestamp = Timestamp / 1_000 * 1_000 };

    public static ParquetRow Of(Reading reading)
    {
        var value = reading.Value;
        var row = new ParquetRow(
            (reading.Timestamp.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100,
            reading.Point,
            null, null, null, null, null,
            reading.Quality.StatusCode,
            value.Kind.ToString().ToLowerInvariant());
        return value.Kind switch
        {
            ReadingValueKind.Double => row with { Value = Bits(value.AsDouble()) },
            ReadingValueKind.Boolean => row with { Value = Bits(value.AsBoolean() ? 1 : 0) },
            ReadingValueKind.Int64 => row with { Value = Bits(value.AsInt64()), Integer = $"{value}" },
            ReadingValueKind.UInt64 when value.AsUInt64() > long.MaxValue =>
                row with { Value = Bits(value.AsUInt64()), Text = $"{value}" },
            ReadingValueKind.UInt64 => row with { Value = Bits(value.AsUInt64()), Integer = $"{value}" },
            ReadingValueKind.String => row with { Text = value.AsString() },
            ReadingValueKind.Bytes => row with { Bytes = $"{value}" },
            ReadingValueKind.Json when IsJson(value.AsString()) => row with { Json = value.AsString() },
            ReadingValueKind.Json => row with { Text = value.AsString() },
            _ => row,
        };
    }

    public static ParquetRow Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        string? Member(string name) => row.GetProperty(name).GetString();
        return new ParquetRow(
            // Every row has a timestamp, a point and a kind.
            long.Parse(Member("timestamp")!, CultureInfo.InvariantCulture),
            Member("point")!,
            Member("value") is { } bits ? Bits(BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16))) : null,
            Member("integer"),
            Member("text"),
            Member("json"),
            Member("bytes"),
            row.GetProperty("quality").GetUInt32(),
            Member("kind")!);
    }

    /// <summary>Which bits a NaN has does not outlive JavaScript.</summary>
    private static string Bits(double value) => double.IsNaN(value)
        ? "NaN"
        : BitConverter.DoubleToUInt64Bits(value).ToString("X16", CultureInfo.InvariantCulture);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1_000 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
