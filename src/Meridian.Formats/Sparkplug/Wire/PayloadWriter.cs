namespace Meridian.Formats.Sparkplug.Wire;

/// <summary>
/// From a payload's parts to bytes, by the schema <c>sparkplug_b.proto</c>, fields in the order of their numbers.
/// </summary>
internal static class PayloadWriter
{
    public static void WriteMetric(ProtoWriter writer, int field, SparkplugMetric metric)
    {
        var start = writer.Begin(field);
        WriteText(writer, 1, metric.Name);
        WriteNumber(writer, 2, metric.Alias);
        WriteNumber(writer, 3, metric.TimestampMilliseconds);
        WriteNumber(writer, 4, (uint?)metric.DataType);
        WriteFlag(writer, 5, metric.IsHistorical);
        WriteFlag(writer, 6, metric.IsTransient);
        WriteFlag(writer, 7, metric.IsNull);
        if (metric.ContentType is { } contentType)
        {
            var metadata = writer.Begin(8);
            writer.WriteText(2, contentType);
            writer.End(metadata);
        }

        if (metric.Properties.Count > 0)
        {
            WritePropertySet(writer, 9, metric.Properties);
        }

        WriteValue(writer, 10, metric.Value);
        writer.End(start);
    }

    public static void WriteNumber(ProtoWriter writer, int field, ulong? number)
    {
        if (number is { } value)
        {
            writer.WriteVarint(field, value);
        }
    }

    public static void WriteText(ProtoWriter writer, int field, string? text)
    {
        if (text is not null)
        {
            writer.WriteText(field, text);
        }
    }

    /// <summary>A flag whose absence says false.</summary>
    private static void WriteFlag(ProtoWriter writer, int field, bool flag)
    {
        if (flag)
        {
            writer.WriteBoolean(field, true);
        }
    }

    private static void WritePropertySet(ProtoWriter writer, int field, IReadOnlyList<SparkplugProperty> properties)
    {
        var start = writer.Begin(field);
        foreach (var property in properties)
        {
            writer.WriteText(1, property.Key);
        }

        foreach (var property in properties)
        {
            var value = writer.Begin(2);
            WriteNumber(writer, 1, (uint?)property.DataType);
            WriteFlag(writer, 2, property.Value.Field == SparkplugField.None);
            WriteValue(writer, 3, property.Value);
            writer.End(value);
        }

        writer.End(start);
    }

    /// <summary>A value in its field; <paramref name="first"/> is the number of the oneof's first.</summary>
    private static void WriteValue(ProtoWriter writer, int first, in SparkplugValue value)
    {
        switch (value.Field)
        {
            case SparkplugField.Int:
                writer.WriteVarint(first, value.Bits);
                break;
            case SparkplugField.Long:
                writer.WriteVarint(first + 1, value.Bits);
                break;
            case SparkplugField.Float:
                writer.WriteFixed32(first + 2, (uint)value.Bits);
                break;
            case SparkplugField.Double:
                writer.WriteFixed64(first + 3, value.Bits);
                break;
            case SparkplugField.Boolean:
                writer.WriteBoolean(first + 4, value.Bits != 0);
                break;
            case SparkplugField.String:
                writer.WriteText(first + 5, value.Text!); // Of this field.
                break;
            case SparkplugField.Bytes:
                writer.WriteBytes(first + 6, value.Bytes);
                break;
            case SparkplugField.DataSet:
                WriteDataSet(writer, first + 7, value.DataSet!); // Of this field.
                break;
            case SparkplugField.Template:
                WriteTemplate(writer, first + 8, value.Template!); // Of this field.
                break;
            default:
                break;
        }
    }

    private static void WriteDataSet(ProtoWriter writer, int field, SparkplugDataSet table)
    {
        var start = writer.Begin(field);
        writer.WriteVarint(1, (ulong)table.Columns.Count);
        foreach (var column in table.Columns)
        {
            writer.WriteText(2, column);
        }

        foreach (var type in table.Types)
        {
            writer.WriteVarint(3, (uint)type);
        }

        foreach (var row in table.Rows)
        {
            var rowStart = writer.Begin(4);
            foreach (var cell in row)
            {
                var cellStart = writer.Begin(1);
                WriteValue(writer, 1, cell);
                writer.End(cellStart);
            }

            writer.End(rowStart);
        }

        writer.End(start);
    }

    private static void WriteTemplate(ProtoWriter writer, int field, SparkplugTemplate template)
    {
        var start = writer.Begin(field);
        WriteText(writer, 1, template.Version);
        foreach (var metric in template.Metrics)
        {
            WriteMetric(writer, 2, metric);
        }

        foreach (var parameter in template.Parameters)
        {
            var value = writer.Begin(3);
            writer.WriteText(1, parameter.Key);
            WriteNumber(writer, 2, (uint?)parameter.DataType);
            WriteValue(writer, 3, parameter.Value);
            writer.End(value);
        }

        WriteText(writer, 4, template.Reference);
        writer.WriteBoolean(5, template.IsDefinition); // [tck-id-payloads-template-is-definition]
        writer.End(start);
    }
}
