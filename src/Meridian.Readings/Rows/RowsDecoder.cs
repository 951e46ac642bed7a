using System.Buffers;
using Meridian.Readings.Blocks;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Rows;

/// <summary>
/// Reads records of version 1, reading by reading (<c>docs/formats/readings-1.md</c>). Nothing writes them any more.
/// </summary>
internal sealed class RowsDecoder(InternedTexts names, InternedTexts texts)
{
    private string[] _points = new string[64];
    private int _pointCount;

    public static int ReadCount(ref RecordReader reader)
    {
        var count = reader.ReadVarint();
        if (count == 0 || count > (ulong)(reader.Remaining / RowsFormat.MinReadingBytes))
        {
            throw reader.Damaged($"{count} readings are announced and {reader.Remaining} bytes follow");
        }

        return (int)count;
    }

    /// <summary>Reads what follows the count; does not advance the output.</summary>
    public void Decode(ref RecordReader reader, int count, IBufferWriter<Reading> output)
    {
        var readings = output.GetSpan(count)[..count];
        _pointCount = 0;
        var ticks = 0L;
        for (var i = 0; i < readings.Length; i++)
        {
            var point = ReadPoint(ref reader);
            ticks = ReadTicks(ref reader, ticks);
            var tag = reader.ReadByte();
            if ((tag & RowsFormat.ReservedMask) != 0)
            {
                throw reader.Damaged($"the tag 0x{tag:X2} has bits that mean nothing");
            }

            var quality = ReadQuality(ref reader, tag & RowsFormat.QualityMask);
            var value = ReadValue(ref reader, (ReadingValueKind)(tag & RowsFormat.KindMask));
            readings[i] = new Reading(point, new DateTimeOffset(ticks, TimeSpan.Zero), value, quality);
        }

        if (!reader.IsAtEnd)
        {
            throw reader.Damaged($"bytes follow the last of its {count} readings");
        }
    }

    private string ReadPoint(ref RecordReader reader)
    {
        var index = reader.ReadVarint();
        if (index < (ulong)_pointCount)
        {
            return _points[(int)index];
        }

        if (index > (ulong)_pointCount)
        {
            throw reader.Damaged($"point {index} is used and {_pointCount} are known");
        }

        var name = reader.ReadBytes();
        var text = name.Length is > 0 and <= ReadingsFormat.MaxPointBytes ? names.TextOf(name) : null;
        if (text is null)
        {
            throw reader.Damaged($"a point name of {name.Length} bytes is not 1 to 65,535 bytes of UTF-8");
        }

        if (_pointCount == _points.Length)
        {
            Array.Resize(ref _points, _points.Length * 2);
        }

        return _points[_pointCount++] = text;
    }

    private static long ReadTicks(ref RecordReader reader, long last)
    {
        var ticks = unchecked(last + ReadingsFormat.UnZigZag(reader.ReadVarint()));
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? ticks
            : throw reader.Damaged("a timestamp is not within the years 1 to 9999");
    }

    private static Quality ReadQuality(ref RecordReader reader, int quality) => quality switch
    {
        RowsFormat.QualityGood => Quality.Good,
        RowsFormat.QualityUncertain => Quality.Uncertain,
        RowsFormat.QualityBad => Quality.Bad,
        _ => new Quality(reader.ReadUInt32()),
    };

    private ReadingValue ReadValue(ref RecordReader reader, ReadingValueKind kind)
    {
        switch (kind)
        {
            case ReadingValueKind.Null:
                return ReadingValue.Null;
            case ReadingValueKind.Double:
                return ReadingValue.From(BitConverter.UInt64BitsToDouble(reader.ReadUInt64()));
            case ReadingValueKind.Int64:
                return ReadingValue.From(ReadingsFormat.UnZigZag(reader.ReadVarint()));
            case ReadingValueKind.UInt64:
                return ReadingValue.From(reader.ReadVarint());
            case ReadingValueKind.Boolean:
                var bit = reader.ReadByte();
                return bit <= 1 ? ReadingValue.From(bit == 1) : throw reader.Damaged($"a boolean is {bit}");
            case ReadingValueKind.String:
                return ReadingValue.From(ReadText(ref reader));
            case ReadingValueKind.Bytes:
                return ReadingValue.From(reader.ReadBytes().ToArray());
            case ReadingValueKind.Json:
                return ReadingValue.FromJson(ReadText(ref reader));
            default:
                throw reader.Damaged($"a value of kind {(int)kind} does not exist");
        }
    }

    private string ReadText(ref RecordReader reader)
    {
        var bytes = reader.ReadBytes();
        return texts.TextOf(bytes) ?? throw reader.Damaged($"a text of {bytes.Length} bytes is not UTF-8");
    }
}
