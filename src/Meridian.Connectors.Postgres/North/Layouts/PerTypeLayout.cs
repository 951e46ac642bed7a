using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>One row per reading, a column for each type of value; one of them is filled, or none for null.</summary>
internal sealed class PerTypeLayout(PostgresUpsert upsert) : RowPerReading(upsert, Values)
{
    private static readonly ColumnShape[] Values =
    [
        new("number", "double precision", IsRequired: false),
        new("integer", "bigint", IsRequired: false),
        new("boolean", "boolean", IsRequired: false),
        new("text", "text", IsRequired: false),
        new("json", "jsonb", IsRequired: false),
        new("bytes", "bytea", IsRequired: false),
    ];

    /// <inheritdoc/>
    protected override void WriteValue(CopyBuffer buffer, in ReadingValue value)
    {
        var filled = ColumnOf(value);
        for (var i = 0; i < Values.Length; i++)
        {
            if (i == filled)
            {
                WriteField(buffer, value);
            }
            else
            {
                buffer.WriteNull();
            }
        }
    }

    private static int ColumnOf(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => 0,
        ReadingValueKind.Int64 => 1,
        ReadingValueKind.UInt64 => value.AsUInt64() <= long.MaxValue ? 1 : 3,
        ReadingValueKind.Boolean => 2,
        ReadingValueKind.String => 3,
        ReadingValueKind.Json => 4,
        ReadingValueKind.Bytes => 5,
        _ => -1,
    };

    private static void WriteField(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                buffer.WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                buffer.WriteInt64(value.AsInt64());
                break;
            case ReadingValueKind.UInt64 when value.AsUInt64() <= long.MaxValue:
                buffer.WriteInt64((long)value.AsUInt64());
                break;
            case ReadingValueKind.UInt64:
                // No integer of the database is that large; the digits are exact.
                buffer.WriteText(value.AsUInt64().ToString(CultureInfo.InvariantCulture));
                break;
            case ReadingValueKind.Boolean:
                buffer.WriteBoolean(value.AsBoolean());
                break;
            case ReadingValueKind.Json:
                buffer.WriteJsonb(value.AsString());
                break;
            case ReadingValueKind.Bytes:
                buffer.WriteBytes(value.AsBytes().Span);
                break;
            default:
                buffer.WriteText(value.AsString());
                break;
        }
    }
}
