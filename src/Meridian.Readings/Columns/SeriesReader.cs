using Meridian.Readings.Blocks;

namespace Meridian.Readings.Columns;

/// <summary>Reads the tables of a body: status codes, types of values, texts, series with their first values.</summary>
internal sealed class SeriesReader(InternedTexts names)
{
    private readonly byte[] _name = new byte[ReadingsFormat.MaxPointBytes];
    private uint[] _codes = [];
    private StoredType[] _types = [];
    private StoredSeries[] _series = [];
    private StoredText[] _texts = [];
    private long[] _numbers = [];
    private long[] _more = [];
    private int _codeCount;
    private int _typeCount;
    private int _seriesCount;
    private int _textCount;

    public ReadOnlySpan<uint> Codes => _codes.AsSpan(0, _codeCount);

    public Span<StoredType> Types => _types.AsSpan(0, _typeCount);

    public Span<StoredSeries> Series => _series.AsSpan(0, _seriesCount);

    public Span<StoredText> Texts => _texts.AsSpan(0, _textCount);

    /// <summary>Reads them all.</summary>
    /// <returns>The bytes of the texts, one behind the other.</returns>
    public ReadOnlySpan<byte> Read(ref RecordReader reader, int readings)
    {
        ReadCodes(ref reader, readings);
        ReadTypes(ref reader, readings);
        var texts = ReadTexts(ref reader, readings);
        ReadSeries(ref reader, readings);
        ReadFirsts(ref reader);
        return texts;
    }

    /// <summary>Lets go of the texts.</summary>
    public void Clear() => Texts.Clear();

    private void ReadCodes(ref RecordReader reader, int readings)
    {
        _codeCount = ReadSome(ref reader, Math.Min(readings, reader.Remaining / sizeof(uint)), "status codes");
        foreach (ref var code in Places.Of(ref _codes, _codeCount))
        {
            code = reader.ReadUInt32();
        }
    }

    private void ReadTypes(ref RecordReader reader, int readings)
    {
        _typeCount = ReadSome(ref reader, Math.Min(readings, byte.MaxValue), "types of values");
        foreach (ref var type in Places.Of(ref _types, _typeCount))
        {
            var code = reader.ReadByte();
            type = ValueForm.IsKnown(code)
                ? new StoredType(code)
                : throw reader.Damaged($"a value of type 0x{code:X2} does not exist");
        }
    }

    private ReadOnlySpan<byte> ReadTexts(ref RecordReader reader, int readings)
    {
        _textCount = 0;
        var count = reader.ReadCount(readings, "texts");
        var lengths = Places.Of(ref _numbers, count);
        reader.ReadColumn(lengths);
        var texts = Places.Of(ref _texts, count);
        var start = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            var length = lengths[i];
            if (length < 0 || length > reader.Remaining - start)
            {
                throw reader.Damaged($"a text of {length} bytes is announced and {reader.Remaining - start} follow");
            }

            texts[i] = new StoredText { Start = start, Length = (int)length };
            start += (int)length;
        }

        _textCount = count;
        return reader.Take(start);
    }

    private void ReadSeries(ref RecordReader reader, int readings)
    {
        _seriesCount = 0;
        var count = ReadSome(ref reader, readings, "series");
        var series = Places.Of(ref _series, count);
        var numbers = Places.Of(ref _numbers, count);
        reader.ReadColumn(numbers);
        for (var i = 0; i < count; i++)
        {
            if ((ulong)numbers[i] >= (ulong)_typeCount)
            {
                throw reader.Damaged($"a series is of type {numbers[i]} and there are {_typeCount}");
            }

            ref var type = ref _types[numbers[i]];
            type.Series++;
            series[i] = new StoredSeries { Type = (int)numbers[i], Code = type.Code, Divisor = type.Divisor };
        }

        reader.ReadColumn(numbers);
        var added = Places.Of(ref _more, count);
        reader.ReadColumn(added);
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            length = ReadName(ref reader, numbers[i], added[i], length);
            series[i].Name = names.TextOf(_name.AsSpan(0, length))
                ?? throw reader.Damaged($"a point name of {length} bytes is not UTF-8");
        }

        _seriesCount = count;
    }

    /// <summary>The name begins as the one before, which is still there.</summary>
    private int ReadName(ref RecordReader reader, long shared, long added, int before)
    {
        if (shared < 0 || shared > Math.Min(before, ReadingsFormat.MaxSharedBytes))
        {
            throw reader.Damaged($"{shared} bytes of a point name of {before} come again, of at most 255");
        }

        if (added < 0 || added > _name.Length - shared || shared + added == 0)
        {
            throw reader.Damaged($"a point name of {shared} + {added} bytes has not 1 to 65,535");
        }

        reader.Take((int)added).CopyTo(_name.AsSpan((int)shared));
        return (int)(shared + added);
    }

    private void ReadFirsts(ref RecordReader reader)
    {
        var firsts = Places.Of(ref _numbers, _seriesCount);
        var at = 0;
        foreach (ref var type in Types)
        {
            type.At = at;
            reader.ReadColumn(firsts.Slice(at, type.Series));
            at += type.Series;
        }

        foreach (ref var series in Series)
        {
            series.Last = firsts[_types[series.Type].At++];
        }
    }

    private static int ReadSome(ref RecordReader reader, int most, string what)
    {
        var count = reader.ReadCount(most, what);
        return count > 0 ? count : throw reader.Damaged($"there are no {what}");
    }
}
