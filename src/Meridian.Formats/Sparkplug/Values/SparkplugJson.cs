using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Sparkplug.Values;

/// <summary>What has no kind of its own among readings, as JSON: arrays, tables and templates.</summary>
internal static class SparkplugJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // It is never put into a page as it is.
        SkipValidation = true,
    };

    /// <summary>The JSON; null for what is none of these, is broken, or would be larger than it may.</summary>
    public static ReadingValue? Read(in SparkplugValue value, SparkplugDataType type, int maxBytes)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, Options);
        var json = new JsonOutput(writer, maxBytes);
        var isWhole = (value.Field, type) switch
        {
            (SparkplugField.DataSet, SparkplugDataType.DataSet) => WriteDataSet(json, value.DataSet!), // Of this field.
            (SparkplugField.Template, SparkplugDataType.Template) => WriteTemplate(json, value.Template!), // The same.
            (SparkplugField.Bytes, _) => WriteArray(json, value.Bytes!, type), // The same.
            _ => false,
        };

        writer.Flush();
        return isWhole && !json.IsFull ? ReadingValue.FromJson(Encoding.UTF8.GetString(output.WrittenSpan)) : null;
    }

    private static bool WriteArray(JsonOutput json, byte[] bytes, SparkplugDataType type)
    {
        var width = type switch
        {
            SparkplugDataType.Int8Array or SparkplugDataType.UInt8Array => 1,
            SparkplugDataType.Int16Array or SparkplugDataType.UInt16Array => 2,
            SparkplugDataType.Int32Array or SparkplugDataType.UInt32Array or SparkplugDataType.FloatArray => 4,
            SparkplugDataType.Int64Array or SparkplugDataType.UInt64Array or SparkplugDataType.DoubleArray
                or SparkplugDataType.DateTimeArray => 8,
            _ => 0,
        };

        json.Writer.WriteStartArray();
        var isWhole = type switch
        {
            SparkplugDataType.BooleanArray => WriteBooleans(json, bytes),
            SparkplugDataType.StringArray => WriteTexts(json, bytes),
            _ => width > 0 && bytes.Length % width == 0,
        };
        for (var at = 0; width > 0 && at + width <= bytes.Length && !json.IsFull; at += width)
        {
            isWhole &= WriteElement(json.Writer, bytes.AsSpan(at, width), type);
        }

        json.Writer.WriteEndArray();
        return isWhole;
    }

    private static bool WriteElement(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes, SparkplugDataType type)
    {
        switch (type)
        {
            case SparkplugDataType.Int8Array:
                writer.WriteNumberValue((sbyte)bytes[0]);
                break;
            case SparkplugDataType.UInt8Array:
                writer.WriteNumberValue(bytes[0]);
                break;
            case SparkplugDataType.Int16Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(bytes));
                break;
            case SparkplugDataType.UInt16Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt16LittleEndian(bytes));
                break;
            case SparkplugDataType.Int32Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                break;
            case SparkplugDataType.UInt32Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
                break;
            case SparkplugDataType.Int64Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                break;
            case SparkplugDataType.UInt64Array:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                break;
            case SparkplugDataType.FloatArray:
                _ = ReadingJsonValue.Write(
                    ReadingValue.From((double)BinaryPrimitives.ReadSingleLittleEndian(bytes)), writer);
                break;
            case SparkplugDataType.DoubleArray:
                _ = ReadingJsonValue.Write(ReadingValue.From(BinaryPrimitives.ReadDoubleLittleEndian(bytes)), writer);
                break;
            default:
                var instant = SparkplugReadingValue.TextOfInstant(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                writer.WriteStringValue(instant);
                return instant is not null;
        }

        return true;
    }

    /// <summary>4 bytes say how many; then a bit for each, the highest of a byte first (§6.4.17).</summary>
    private static bool WriteBooleans(JsonOutput json, byte[] bytes)
    {
        if (bytes.Length < 4)
        {
            return false;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (bytes.Length - 4 != (count + 7L) / 8)
        {
            return false;
        }

        for (var i = 0; i < count && !json.IsFull; i++)
        {
            json.Writer.WriteBooleanValue((bytes[4 + (i / 8)] & (0x80 >> (i % 8))) != 0);
        }

        return true;
    }

    /// <summary>Each text ends with a zero byte (§6.4.17).</summary>
    private static bool WriteTexts(JsonOutput json, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes) || bytes is [.., not 0])
        {
            return false;
        }

        for (var rest = bytes.AsSpan(); rest.Length > 0 && !json.IsFull;)
        {
            var end = rest.IndexOf((byte)0);
            json.Writer.WriteStringValue(rest[..end]);
            rest = rest[(end + 1)..];
        }

        return true;
    }

    private static bool WriteDataSet(JsonOutput json, SparkplugDataSet table)
    {
        // [tck-id-payloads-dataset-column-num-headers]
        if (table.Columns.Count != table.Types.Count)
        {
            return false;
        }

        var writer = json.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("columns");
        foreach (var column in table.Columns)
        {
            writer.WriteStringValue(column);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("types");
        foreach (var type in table.Types)
        {
            writer.WriteStringValue(type.ToString());
        }

        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        var isWhole = true;
        foreach (var row in table.Rows)
        {
            isWhole &= row.Count == table.Columns.Count;
            writer.WriteStartArray();
            for (var i = 0; i < row.Count && isWhole && !json.IsFull; i++)
            {
                isWhole &= WriteScalar(json, row[i], table.Types[i]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return isWhole;
    }

    private static bool WriteTemplate(JsonOutput json, SparkplugTemplate template)
    {
        var writer = json.Writer;
        writer.WriteStartObject();
        WriteTextIfAny(writer, "template", template.Reference);
        WriteTextIfAny(writer, "version", template.Version);
        var isWhole = true;
        if (template.Parameters.Count > 0)
        {
            writer.WriteStartObject("parameters");
            foreach (var parameter in template.Parameters)
            {
                writer.WritePropertyName(parameter.Key);
                isWhole &= WriteScalar(json, parameter.Value, parameter.DataType);
            }

            writer.WriteEndObject();
        }

        writer.WriteStartArray("metrics");
        foreach (var metric in template.Metrics)
        {
            if (json.IsFull)
            {
                return false;
            }

            isWhole &= WriteMember(json, metric);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return isWhole;
    }

    private static bool WriteMember(JsonOutput json, SparkplugMetric metric)
    {
        var writer = json.Writer;
        writer.WriteStartObject();
        WriteTextIfAny(writer, "name", metric.Name);
        if (metric.Alias is { } alias)
        {
            writer.WriteNumber("alias", alias);
        }

        if (metric.TimestampMilliseconds is { } milliseconds)
        {
            WriteTextIfAny(writer, "timestamp", SparkplugReadingValue.TextOfInstant(milliseconds));
        }

        WriteTextIfAny(writer, "type", metric.DataType?.ToString());
        writer.WritePropertyName("value");
        var isWhole = metric switch
        {
            { IsNull: true } => WriteScalar(json, default, metric.DataType),
            { Value.Template: { } inner } => WriteTemplate(json, inner),
            { Value.DataSet: { } table } => WriteDataSet(json, table),
            { Value.Bytes: { } bytes, DataType: >= SparkplugDataType.Int8Array and { } type } =>
                WriteArray(json, bytes, type),
            _ => WriteScalar(json, metric.Value, metric.DataType),
        };
        writer.WriteEndObject();
        return isWhole;
    }

    private static bool WriteScalar(JsonOutput json, in SparkplugValue value, SparkplugDataType? type)
    {
        if (value.Field == SparkplugField.None)
        {
            json.Writer.WriteNullValue();
            return true;
        }

        var isRead = SparkplugReadingValue.TryRead(value, type, isJson: false, 0, out var read, out _);
        _ = ReadingJsonValue.Write(read, json.Writer);
        return isRead;
    }

    private static void WriteTextIfAny(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    /// <summary>A writer that knows when enough is written.</summary>
    private readonly record struct JsonOutput(Utf8JsonWriter Writer, int MaxBytes)
    {
        public bool IsFull => Writer.BytesCommitted + Writer.BytesPending > MaxBytes;
    }
}
