using System.Globalization;
using System.Text.Json;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>
/// The readings of a row group, taken apart into columns. Its arrays grow as readings come, and are kept.
/// </summary>
internal sealed class GatheredReadings : IDisposable
{
    /// <summary>As deep as the JSON writers of the house go.</summary>
    private static readonly JsonReaderOptions JsonRules = new() { MaxDepth = 1_000 };

    public GrowingArray<long> Times { get; } = new();

    public GrowingArray<int> Points { get; } = new();

    public PointNames Names { get; } = new();

    public GrowingArray<byte> Kinds { get; } = new();

    public GrowingArray<uint> Qualities { get; } = new();

    /// <summary>Of each row, which of the optional columns have a value: a <see cref="Presence"/>.</summary>
    public GrowingArray<byte> Present { get; } = new();

    /// <summary>Doubles by their bits.</summary>
    public GrowingArray<long> Values { get; } = new();

    public GrowingArray<long> Integers { get; } = new();

    public GatheredBytes Texts { get; } = new();

    public GatheredBytes Jsons { get; } = new();

    public GatheredBytes Bytes { get; } = new();

    public int Count => Times.Count;

    /// <summary>What has gathered and is not bounded by the number of rows.</summary>
    public long LooseBytes => (long)Texts.Plain.Count + Jsons.Plain.Count + Bytes.Plain.Count;

    /// <summary>Roughly what the rows take in memory.</summary>
    public long ByteCount =>
        LooseBytes + Names.Characters + (Count * 18L) + ((Values.Count + (long)Integers.Count) * sizeof(long));

    /// <summary>How many rows have a value in an optional column.</summary>
    public int CountOf(Presence column) => column switch
    {
        Presence.Value => Values.Count,
        Presence.Integer => Integers.Count,
        Presence.Text => Texts.Count,
        Presence.Json => Jsons.Count,
        Presence.Bytes => Bytes.Count,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Takes in a reading that <see cref="ReadingCheck"/> has passed.</summary>
    public void Add(in Reading reading)
    {
        Points.Add(Names.NumberOf(reading.Point));
        Times.Add(ReadingCheck.NanosecondsOf(reading));
        Qualities.Add(reading.Quality.StatusCode);
        Kinds.Add((byte)reading.Value.Kind);
        Present.Add((byte)Keep(reading.Value));
    }

    public void Clear()
    {
        Times.Clear();
        Points.Clear();
        Names.Clear();
        Kinds.Clear();
        Qualities.Clear();
        Present.Clear();
        Values.Clear();
        Integers.Clear();
        Texts.Clear();
        Jsons.Clear();
        Bytes.Clear();
    }

    public void Dispose()
    {
        Names.Clear();
        Times.Dispose();
        Points.Dispose();
        Kinds.Dispose();
        Qualities.Dispose();
        Present.Dispose();
        Values.Dispose();
        Integers.Dispose();
        Texts.Dispose();
        Jsons.Dispose();
        Bytes.Dispose();
    }

    private Presence Keep(in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                return KeepNumber(value.AsDouble());
            case ReadingValueKind.Boolean:
                return KeepNumber(value.AsBoolean() ? 1 : 0);
            case ReadingValueKind.Int64:
                Integers.Add(value.AsInt64());
                return KeepNumber(value.AsInt64()) | Presence.Integer;
            case ReadingValueKind.UInt64:
                return KeepNumber(value.AsUInt64()) | KeepUnsigned(value.AsUInt64());
            case ReadingValueKind.String:
                Texts.Add(value.AsString());
                return Presence.Text;
            case ReadingValueKind.Bytes:
                Bytes.Add(value.AsBytes().Span);
                return Presence.Bytes;
            case ReadingValueKind.Json:
                return KeepJson(value.AsString());
            default:
                return Presence.None;
        }
    }

    private Presence KeepNumber(double number)
    {
        Values.Add(BitConverter.DoubleToInt64Bits(number));
        return Presence.Value;
    }

    /// <summary>What no signed integer holds is kept by its digits.</summary>
    private Presence KeepUnsigned(ulong number)
    {
        if (number <= long.MaxValue)
        {
            Integers.Add((long)number);
            return Presence.Integer;
        }

        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        Texts.Add(digits[..length]);
        return Presence.Text;
    }

    /// <summary>What is not JSON goes to the texts: a reader that trusts the column's type may fail on it.</summary>
    private Presence KeepJson(string json)
    {
        var from = Jsons.Plain.Count;
        Jsons.Add(json);
        if (IsJson(Jsons.Plain.Written[(from + sizeof(int))..]))
        {
            return Presence.Json;
        }

        Jsons.RemoveLast(from);
        Texts.Add(json);
        return Presence.Text;
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, JsonRules);
            while (reader.Read())
            {
                // Reading is the check.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
