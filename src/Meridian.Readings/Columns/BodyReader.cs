using System.Buffers;
using Meridian.Readings.Blocks;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Columns;

/// <summary>
/// Reads what <see cref="BodyWriter"/> wrote: the tables, then each column as a whole, then the readings out of them.
/// </summary>
internal sealed class BodyReader(InternedTexts names, InternedTexts texts)
{
    private readonly SeriesReader _tables = new(names);
    private int[] _order = [];
    private int[] _next = [];
    private long[] _ticks = [];
    private long[] _qualities = [];
    private long[] _differences = [];

    /// <summary>Decodes a body; does not advance the output.</summary>
    public void Decode(ref RecordReader reader, int count, IBufferWriter<Reading> output)
    {
        if ((long)(count + Block.Length - 1) / Block.Length * ReadingsFormat.MinBlockBytes > reader.Remaining)
        {
            throw reader.Damaged($"{count} readings are announced and {reader.Remaining} bytes follow");
        }

        var start = reader.ReadInt64();
        var period = reader.ReadZigZag();
        var textBytes = _tables.Read(ref reader, count);
        ReadOrder(ref reader, Places.Of(ref _order, count));
        ReadTimes(ref reader, start, period, Places.Of(ref _ticks, count));
        ReadQualities(ref reader, Places.Of(ref _qualities, count));
        ReadDifferences(ref reader);
        if (!reader.IsAtEnd)
        {
            throw reader.Damaged($"bytes follow the last of its {count} readings");
        }

        Assemble(ref reader, textBytes, output.GetSpan(count)[..count]);
        _tables.Clear();
    }

    private void ReadOrder(ref RecordReader reader, Span<int> order)
    {
        var series = _tables.Series;
        var next = Places.Of(ref _next, series.Length + 1);
        for (var i = 0; i < next.Length; i++)
        {
            next[i] = i;
        }

        Span<long> misses = stackalloc long[Block.Length];
        var last = 0;
        for (var at = 0; at < order.Length; at += Block.Length)
        {
            var block = order.Slice(at, Math.Min(Block.Length, order.Length - at));
            reader.ReadBlock(misses[..block.Length]);
            for (var i = 0; i < block.Length; i++)
            {
                var index = unchecked(next[last] + misses[i]);
                if ((ulong)index >= (ulong)series.Length)
                {
                    throw reader.Damaged($"series {index} is used and there are {series.Length}");
                }

                block[i] = next[last] = (int)index;
                last = (int)index + 1;
                series[(int)index].Count++;
            }
        }
    }

    private void ReadTimes(ref RecordReader reader, long start, long period, Span<long> ticks)
    {
        var series = _tables.Series;
        var last = start;
        for (var at = 0; at < ticks.Length; at += Block.Length)
        {
            var way = reader.ReadByte();
            var block = ticks.Slice(at, Math.Min(Block.Length, ticks.Length - at));
            reader.ReadBlock(block);
            var order = _order.AsSpan(at, block.Length);
            for (var i = 0; i < block.Length; i++)
            {
                ref var due = ref series[order[i]];
                last = unchecked(block[i] + (way == 0 ? start + due.Due : last));
                due.Due = unchecked(due.Due + period);
                if ((ulong)last > (ulong)DateTime.MaxValue.Ticks)
                {
                    throw reader.Damaged("a timestamp is not within the years 1 to 9999");
                }

                block[i] = last;
            }

            if (way > 1)
            {
                throw reader.Damaged($"times in the way {way} do not exist");
            }
        }
    }

    private void ReadQualities(ref RecordReader reader, Span<long> qualities)
    {
        var codes = _tables.Codes;
        if (codes.Length == 1)
        {
            qualities.Clear();
            return;
        }

        reader.ReadColumn(qualities);
        foreach (var quality in qualities)
        {
            if ((ulong)quality >= (ulong)codes.Length)
            {
                throw reader.Damaged($"status code {quality} is used and there are {codes.Length}");
            }
        }
    }

    private void ReadDifferences(ref RecordReader reader)
    {
        var types = _tables.Types;
        var total = 0;
        foreach (ref var series in _tables.Series)
        {
            if (series.Count == 0)
            {
                throw reader.Damaged($"the series of '{series.Name}' has no reading");
            }

            types[series.Type].Differences += series.Count - 1;
            total += series.Count - 1;
        }

        var all = Places.Of(ref _differences, total);
        var at = 0;
        foreach (ref var type in types)
        {
            reader.ReadColumn(all.Slice(at, type.Differences));
            type.At = at;
            at += type.Differences;
        }
    }

    private void Assemble(ref RecordReader reader, scoped ReadOnlySpan<byte> textBytes, Span<Reading> readings)
    {
        var all = _tables.Series;
        var types = _tables.Types;
        var codes = _tables.Codes;
        var order = _order.AsSpan(0, readings.Length);
        for (var i = 0; i < readings.Length; i++)
        {
            ref var series = ref all[order[i]];
            if (series.IsUnderWay)
            {
                series.Last = unchecked(series.Last + _differences[types[series.Type].At++]);
            }

            series.IsUnderWay = true;
            readings[i] = new Reading(
                series.Name,
                new DateTimeOffset(_ticks[i], TimeSpan.Zero),
                ValueOf(ref reader, series, textBytes),
                new Quality(codes[(int)_qualities[i]]));
        }
    }

    private ReadingValue ValueOf(ref RecordReader reader, in StoredSeries series, scoped ReadOnlySpan<byte> textBytes)
    {
        var number = series.Last;
        switch (ValueForm.KindOf(series.Code))
        {
            case ReadingValueKind.Double:
                return ReadingValue.From(DoubleOf(ref reader, series));
            case ReadingValueKind.Int64:
                return ReadingValue.From(number);
            case ReadingValueKind.UInt64:
                return ReadingValue.From(unchecked((ulong)number));
            case ReadingValueKind.Boolean:
                return (ulong)number <= 1
                    ? ReadingValue.From(number == 1)
                    : throw reader.Damaged($"a boolean is {number}");
            case ReadingValueKind.String:
                return ReadingValue.From(TextOf(ref reader, number, textBytes));
            case ReadingValueKind.Json:
                return ReadingValue.FromJson(TextOf(ref reader, number, textBytes));
            case ReadingValueKind.Bytes:
                return ReadingValue.From(BytesOf(ref reader, number, textBytes));
            default:
                return number == 0 ? default : throw reader.Damaged($"a null is {number}");
        }
    }

    private static double DoubleOf(ref RecordReader reader, in StoredSeries series)
    {
        var number = series.Last;
        return ValueForm.FormOf(series.Code) switch
        {
            ValueForm.Raw => BitConverter.Int64BitsToDouble(number),
            ValueForm.Single => number == (int)number
                ? BitConverter.Int32BitsToSingle((int)number)
                : throw reader.Damaged($"a number of single precision has the bits {number}"),
            _ => number / series.Divisor,
        };
    }

    private string TextOf(ref RecordReader reader, long number, scoped ReadOnlySpan<byte> textBytes)
    {
        ref var text = ref Find(ref reader, number);
        if (text.Value is string known)
        {
            return known;
        }

        var made = texts.TextOf(textBytes.Slice(text.Start, text.Length))
            ?? throw reader.Damaged($"a text of {text.Length} bytes is not UTF-8");
        text.Value = made;
        return made;
    }

    private byte[] BytesOf(ref RecordReader reader, long number, scoped ReadOnlySpan<byte> textBytes)
    {
        ref var text = ref Find(ref reader, number);
        if (text.Value is byte[] known)
        {
            return known;
        }

        var made = textBytes.Slice(text.Start, text.Length).ToArray();
        text.Value = made;
        return made;
    }

    private ref StoredText Find(ref RecordReader reader, long number)
    {
        var known = _tables.Texts;
        if ((ulong)number >= (ulong)known.Length)
        {
            throw reader.Damaged($"text {number} is used and there are {known.Length}");
        }

        return ref known[(int)number];
    }
}
