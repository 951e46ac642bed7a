namespace Meridian.Formats.Sparkplug.Wire;

/// <summary>From bytes to a payload, by the schema <c>sparkplug_b.proto</c> (Sparkplug 3.0 §6.4.1).</summary>
/// <remarks>
/// As a reader of Protocol Buffers shall: fields come in any order, of a field that comes twice the last counts, and
/// what is unknown, or has another wire type than the schema's, is passed over.
/// </remarks>
internal static class PayloadReader
{
    public static SparkplugPayload Read(ref ProtoReader reader)
    {
        ulong? timestamp = null;
        ulong? sequence = null;
        string? uuid = null;
        byte[] body = [];
        var metrics = new List<SparkplugMetric>();
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, WireType.Varint):
                    timestamp = reader.ReadVarint();
                    break;
                case (2, WireType.Length):
                    metrics.Add(ReadMetric(ref reader));
                    break;
                case (3, WireType.Varint):
                    sequence = reader.ReadVarint();
                    break;
                case (4, WireType.Length):
                    uuid = reader.ReadText();
                    break;
                case (5, WireType.Length):
                    body = reader.ReadBytes().ToArray();
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        return new SparkplugPayload
        {
            TimestampMilliseconds = timestamp,
            Metrics = metrics,
            Sequence = sequence,
            Uuid = uuid,
            Body = body,
        };
    }

    public static SparkplugMetric ReadMetric(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        reader.Count();
        string? name = null;
        string? contentType = null;
        ulong? alias = null;
        ulong? timestamp = null;
        SparkplugDataType? type = null;
        var flags = 0;
        IReadOnlyList<SparkplugProperty> properties = [];
        SparkplugValue value = default;
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, WireType.Length):
                    name = reader.ReadText();
                    break;
                case (2, WireType.Varint):
                    alias = reader.ReadVarint();
                    break;
                case (3, WireType.Varint):
                    timestamp = reader.ReadVarint();
                    break;
                case (4, WireType.Varint):
                    type = (SparkplugDataType)(uint)reader.ReadVarint();
                    break;
                case ( >= 5 and <= 7, WireType.Varint):
                    flags = reader.ReadVarint() != 0 ? flags | (1 << field) : flags & ~(1 << field);
                    break;
                case (8, WireType.Length):
                    contentType = ReadContentType(ref reader);
                    break;
                case (9, WireType.Length):
                    properties = ValueReader.ReadPropertySet(ref reader);
                    break;
                case ( >= 10 and <= 19, _):
                    ValueReader.ReadValue(ref reader, field - 9, wire, ref value);
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        reader.Leave(outer);
        return new SparkplugMetric
        {
            Name = name,
            Alias = alias,
            TimestampMilliseconds = timestamp,
            DataType = type,
            IsHistorical = (flags & (1 << 5)) != 0,
            IsTransient = (flags & (1 << 6)) != 0,
            IsNull = (flags & (1 << 7)) != 0,
            ContentType = contentType,
            Properties = properties,
            Value = value,
        };
    }

    /// <summary>Of the metadata (§6.4.7) only what the value's text or bytes are.</summary>
    private static string? ReadContentType(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        string? contentType = null;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if ((field, wire) == (2, WireType.Length))
            {
                contentType = reader.ReadText();
            }
            else
            {
                reader.Skip(wire);
            }
        }

        reader.Leave(outer);
        return contentType;
    }
}
