using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>One row per reading; every number in one column.</summary>
internal sealed class TallLayout(PostgresUpsert upsert) : RowPerReading(upsert, Values)
{
    // 2^53: up to here a double holds every integer exactly.
    private const long ExactInDouble = 1L << 53;

    private static readonly ColumnShape[] Values =
    [
        new("value", "double precision", IsRequired: false),
        new("text", "text", IsRequired: false),
        new("bytes", "bytea", IsRequired: false),
    ];

    /// <inheritdoc/>
    protected override void WriteValue(CopyBuffer buffer, in ReadingValue value)
    {
        WriteNumber(buffer, value);
        WriteText(buffer, value);
        if (value.Kind == ReadingValueKind.Bytes)
        {
            buffer.WriteBytes(value.AsBytes().Span);
        }
        else
        {
            buffer.WriteNull();
        }
    }

    private static void WriteNumber(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                buffer.WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                buffer.WriteDouble(value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                buffer.WriteDouble(value.AsUInt64());
                break;
            case ReadingValueKind.Boolean:
                buffer.WriteDouble(value.AsBoolean() ? 1 : 0);
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static void WriteText(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.String or ReadingValueKind.Json:
                buffer.WriteText(value.AsString());
                break;
            case ReadingValueKind.Int64 when value.AsInt64() is > ExactInDouble or < -ExactInDouble:
                WriteDigits(buffer, value.AsInt64());
                break;
            case ReadingValueKind.UInt64 when value.AsUInt64() > ExactInDouble:
                WriteDigits(buffer, value.AsUInt64());
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static void WriteDigits<T>(CopyBuffer buffer, T value)
        where T : ISpanFormattable
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var count, format: default, CultureInfo.InvariantCulture);
        buffer.WriteText(digits[..count]);
    }
}
