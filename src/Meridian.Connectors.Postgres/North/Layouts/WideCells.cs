using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>Which values a column of a type takes without loss, and how they are written. Pure.</summary>
internal static class WideCells
{
    // 2^53: up to here a double holds every integer exactly.
    private const long ExactInDouble = 1L << 53;

    /// <summary>Why the column cannot take the reading's value, a whole sentence; null when it can.</summary>
    public static string? FindProblem(WideColumn column, in Reading reading)
    {
        var value = reading.Value;
        if (value.Kind == ReadingValueKind.Null)
        {
            return null;
        }

        if (!Takes(column.Type, value))
        {
            var shown = value.Kind is ReadingValueKind.String or ReadingValueKind.Json or ReadingValueKind.Bytes
                ? string.Empty
                : $" {value}";
            return $"Column '{column.Name}' is {Word(column.Type)}, and point '{reading.Point}' has the "
                + $"{Word(value.Kind)}{shown}. Give the column another type, or transform the value.";
        }

        return reading.Quality.IsBad && column.Quality is null
            ? $"The quality of point '{reading.Point}' is bad ({reading.Quality}), and column '{column.Name}' has no "
                + "column beside it that would say so. Name one by settings.columns' quality, or filter bad readings."
            : null;
    }

    /// <summary>Writes a value that the column takes; needs what its text or bytes take, and 36 bytes.</summary>
    public static void Write(CopyBuffer buffer, PostgresColumnType type, in ReadingValue value)
    {
        switch (type)
        {
            case var _ when value.Kind == ReadingValueKind.Null:
                buffer.WriteNull();
                break;
            case PostgresColumnType.Double:
                buffer.WriteDouble(AsDouble(value));
                break;
            case PostgresColumnType.Bigint:
                buffer.WriteInt64(AsInt64(value));
                break;
            case PostgresColumnType.Boolean:
                buffer.WriteBoolean(value.AsBoolean());
                break;
            case PostgresColumnType.Bytes:
                buffer.WriteBytes(value.AsBytes().Span);
                break;
            case PostgresColumnType.Json:
                buffer.WriteJsonb(value.ToString());
                break;
            default:
                buffer.WriteText(value.ToString());
                break;
        }
    }

    private static bool Takes(PostgresColumnType type, in ReadingValue value) => type switch
    {
        PostgresColumnType.Double => value.Kind switch
        {
            ReadingValueKind.Int64 => value.AsInt64() is >= -ExactInDouble and <= ExactInDouble,
            ReadingValueKind.UInt64 => value.AsUInt64() <= ExactInDouble,
            var kind => kind is ReadingValueKind.Double or ReadingValueKind.Boolean,
        },
        PostgresColumnType.Bigint => value.Kind switch
        {
            ReadingValueKind.UInt64 => value.AsUInt64() <= long.MaxValue,
            ReadingValueKind.Double => value.AsDouble() is >= -ExactInDouble and <= ExactInDouble
                && double.IsInteger(value.AsDouble()),
            var kind => kind is ReadingValueKind.Int64 or ReadingValueKind.Boolean,
        },
        PostgresColumnType.Boolean => value.Kind == ReadingValueKind.Boolean,
        PostgresColumnType.Bytes => value.Kind == ReadingValueKind.Bytes,
        PostgresColumnType.Json => value.Kind is not (ReadingValueKind.String or ReadingValueKind.Bytes)
            && (value.Kind != ReadingValueKind.Double || double.IsFinite(value.AsDouble())),
        _ => value.Kind != ReadingValueKind.Bytes,
    };

    private static double AsDouble(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Int64 => value.AsInt64(),
        ReadingValueKind.UInt64 => value.AsUInt64(),
        ReadingValueKind.Boolean => value.AsBoolean() ? 1 : 0,
        _ => value.AsDouble(),
    };

    private static long AsInt64(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => (long)value.AsDouble(),
        ReadingValueKind.UInt64 => (long)value.AsUInt64(),
        ReadingValueKind.Boolean => value.AsBoolean() ? 1 : 0,
        _ => value.AsInt64(),
    };

    private static string Word(PostgresColumnType type) => type.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string Word(ReadingValueKind kind) => kind switch
    {
        ReadingValueKind.String => "text",
        ReadingValueKind.Json => "JSON value",
        ReadingValueKind.Bytes => "binary value",
        ReadingValueKind.Boolean => "boolean",
        _ => "number",
    };
}
