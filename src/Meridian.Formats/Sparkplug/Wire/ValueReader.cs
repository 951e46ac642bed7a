namespace Meridian.Formats.Sparkplug.Wire;

/// <summary>Reads the values within a payload: of metrics, properties, tables and templates.</summary>
internal static class ValueReader
{
    /// <summary>
    /// Reads one field of a <c>oneof value</c>. Metrics, properties, cells and parameters have the first six in the
    /// same order, from a first number of their own.
    /// </summary>
    /// <param name="reader">At the field's value.</param>
    /// <param name="place">The field's place in the oneof, from 1.</param>
    /// <param name="wire">How it is written.</param>
    /// <param name="value">Set when it is known.</param>
    public static void ReadValue(ref ProtoReader reader, int place, WireType wire, ref SparkplugValue value)
    {
        switch (place, wire)
        {
            case (1, WireType.Varint):
                value = SparkplugValue.FromInt((uint)reader.ReadVarint());
                break;
            case (2, WireType.Varint):
                value = SparkplugValue.FromLong(reader.ReadVarint());
                break;
            case (3, WireType.Fixed32):
                value = SparkplugValue.From(BitConverter.UInt32BitsToSingle(reader.ReadFixed32()));
                break;
            case (4, WireType.Fixed64):
                value = SparkplugValue.From(BitConverter.UInt64BitsToDouble(reader.ReadFixed64()));
                break;
            case (5, WireType.Varint):
                value = SparkplugValue.From(reader.ReadVarint() != 0);
                break;
            case (6, WireType.Length):
                value = SparkplugValue.From(reader.ReadText());
                break;
            case (7, WireType.Length):
                value = SparkplugValue.From(reader.ReadBytes().ToArray());
                break;
            case (8, WireType.Length):
                value = SparkplugValue.From(ReadDataSet(ref reader));
                break;
            case (9, WireType.Length):
                value = SparkplugValue.From(ReadTemplate(ref reader));
                break;
            default:
                value = default; // An extension of someone's own: there is a value, but none that is known.
                reader.Skip(wire);
                break;
        }
    }

    /// <summary>A PropertySet (§6.4.8): keys and values in two lists of one length.</summary>
    public static List<SparkplugProperty> ReadPropertySet(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        var keys = new List<string>();
        var values = new List<SparkplugProperty>();
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, WireType.Length):
                    reader.Count();
                    keys.Add(reader.ReadText());
                    break;
                case (2, WireType.Length):
                    reader.Count();
                    values.Add(ReadProperty(ref reader, typeField: 1, nullField: 2));
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        reader.Leave(outer);

        // [tck-id-payloads-propertyset-keys-array-size]: what has no partner is no property.
        var count = Math.Min(keys.Count, values.Count);
        values.RemoveRange(count, values.Count - count);
        for (var i = 0; i < count; i++)
        {
            values[i] = values[i] with { Key = keys[i] };
        }

        return values;
    }

    /// <summary>
    /// A PropertyValue (§6.4.9), or a Template's Parameter (§6.4.15), which has a name in place of the flag for null.
    /// </summary>
    private static SparkplugProperty ReadProperty(ref ProtoReader reader, int typeField, int nullField)
    {
        const int FirstValueField = 3;
        const int KnownValues = 6;
        var outer = reader.Enter();
        var name = "";
        SparkplugDataType? type = null;
        var isNull = false;
        SparkplugValue value = default;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field == typeField && wire == WireType.Varint)
            {
                type = (SparkplugDataType)(uint)reader.ReadVarint();
            }
            else if (field == nullField && wire == WireType.Varint)
            {
                isNull = reader.ReadVarint() != 0;
            }
            else if (nullField == 0 && field == 1 && wire == WireType.Length)
            {
                name = reader.ReadText();
            }
            else if (field is >= FirstValueField and < FirstValueField + KnownValues)
            {
                ReadValue(ref reader, field - FirstValueField + 1, wire, ref value);
            }
            else
            {
                reader.Skip(wire);
            }
        }

        reader.Leave(outer);
        return new SparkplugProperty(name, type, isNull ? default : value);
    }

    private static SparkplugDataSet ReadDataSet(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        var columns = new List<string>();
        var types = new List<SparkplugDataType>();
        var rows = new List<IReadOnlyList<SparkplugValue>>();
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field, wire)
            {
                case (2, WireType.Length):
                    reader.Count();
                    columns.Add(reader.ReadText());
                    break;
                case (3, WireType.Varint):
                    reader.Count();
                    types.Add((SparkplugDataType)(uint)reader.ReadVarint());
                    break;
                case (3, WireType.Length):
                    ReadPackedTypes(ref reader, types);
                    break;
                case (4, WireType.Length):
                    rows.Add(ReadRow(ref reader));
                    break;
                default:
                    reader.Skip(wire); // Also the number of columns: it can only repeat what the names say.
                    break;
            }
        }

        reader.Leave(outer);
        return new SparkplugDataSet { Columns = columns, Types = types, Rows = rows };
    }

    private static void ReadPackedTypes(ref ProtoReader reader, List<SparkplugDataType> types)
    {
        var outer = reader.Enter();
        while (reader.TryReadPacked(out var type))
        {
            reader.Count();
            types.Add((SparkplugDataType)(uint)type);
        }

        reader.Leave(outer);
    }

    private static List<SparkplugValue> ReadRow(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        reader.Count();
        var cells = new List<SparkplugValue>();
        while (reader.TryReadTag(out var field, out var wire))
        {
            if ((field, wire) == (1, WireType.Length))
            {
                reader.Count();
                cells.Add(ReadCell(ref reader));
            }
            else
            {
                reader.Skip(wire);
            }
        }

        reader.Leave(outer);
        return cells;
    }

    private static SparkplugValue ReadCell(ref ProtoReader reader)
    {
        const int KnownValues = 6;
        var outer = reader.Enter();
        SparkplugValue value = default;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field <= KnownValues)
            {
                ReadValue(ref reader, field, wire, ref value);
            }
            else
            {
                reader.Skip(wire);
            }
        }

        reader.Leave(outer);
        return value;
    }

    private static SparkplugTemplate ReadTemplate(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        string? version = null;
        string? reference = null;
        var isDefinition = false;
        var metrics = new List<SparkplugMetric>();
        var parameters = new List<SparkplugProperty>();
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, WireType.Length):
                    version = reader.ReadText();
                    break;
                case (2, WireType.Length):
                    metrics.Add(PayloadReader.ReadMetric(ref reader));
                    break;
                case (3, WireType.Length):
                    reader.Count();
                    parameters.Add(ReadProperty(ref reader, typeField: 2, nullField: 0));
                    break;
                case (4, WireType.Length):
                    reference = reader.ReadText();
                    break;
                case (5, WireType.Varint):
                    isDefinition = reader.ReadVarint() != 0;
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        reader.Leave(outer);
        return new SparkplugTemplate
        {
            Version = version,
            Reference = reference,
            IsDefinition = isDefinition,
            Metrics = metrics,
            Parameters = parameters,
        };
    }
}
