using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Meridian.Sdk.Readings;

namespace Meridian.Readings;

/// <summary>
/// Reads records that <see cref="ReadingsEncoder"/> wrote. Point names are the same string instance each time.
/// </summary>
/// <remarks>
/// One thread at a time. Any bytes at all end in readings or in <see cref="ReadingsFormatException"/>; memory is
/// bounded by the length of the record, never by a number that stands in it.
/// </remarks>
public sealed class ReadingsDecoder
{
    private readonly PointNames _names = new();
    private string[] _points = new string[64];
    private int _pointCount;

    /// <summary>How many readings a record holds, without decoding it.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The number of readings, at least one, as its head says.</returns>
    /// <exception cref="ReadingsFormatException">The head is damaged or of an unknown version.</exception>
    public static int CountOf(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        return ReadHead(ref reader);
    }

    /// <summary>Decodes a record.</summary>
    /// <param name="record">The record, whole; not used after the call returns.</param>
    /// <param name="output">
    /// Where the readings go, such as an <see cref="ArrayBufferWriter{T}"/> that is used again. A damaged record adds
    /// nothing to it.
    /// </param>
    /// <returns>The number of readings.</returns>
    /// <exception cref="ReadingsFormatException">The record is damaged or of an unknown version.</exception>
    public int Decode(ReadOnlySpan<byte> record, IBufferWriter<Reading> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        var reader = new RecordReader(record);
        var count = ReadHead(ref reader);
        var readings = output.GetSpan(count)[..count];
        _pointCount = 0;
        var ticks = 0L;
        for (var i = 0; i < readings.Length; i++)
        {
            var point = ReadPoint(ref reader);
            ticks = ReadTicks(ref reader, ticks);
            var tag = reader.ReadByte();
            if ((tag & ReadingsFormat.ReservedMask) != 0)
            {
                throw reader.Damaged($"the tag 0x{tag:X2} has bits that mean nothing");
            }

            var quality = ReadQuality(ref reader, tag & ReadingsFormat.QualityMask);
            var value = ReadValue(ref reader, (ReadingValueKind)(tag & ReadingsFormat.KindMask));
            readings[i] = new Reading(point, new DateTimeOffset(ticks, TimeSpan.Zero), value, quality);
        }

        if (!reader.IsAtEnd)
        {
            throw reader.Damaged($"bytes follow the last of its {count} readings");
        }

        output.Advance(count);
        return count;
    }

    private static int ReadHead(ref RecordReader reader)
    {
        var version = reader.ReadByte();
        if (version != ReadingsFormat.Version)
        {
            throw ReadingsFormatException.OfVersion(version);
        }

        var count = reader.ReadVarint();
        if (count == 0 || count > (ulong)(reader.Remaining / ReadingsFormat.MinReadingBytes))
        {
            throw reader.Damaged($"{count} readings are announced and {reader.Remaining} bytes follow");
        }

        return (int)count;
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
        if (name.IsEmpty || name.Length > ReadingsFormat.MaxPointBytes || !Utf8.IsValid(name))
        {
            throw reader.Damaged($"a point name of {name.Length} bytes is not 1 to 65,535 bytes of UTF-8");
        }

        if (_pointCount == _points.Length)
        {
            Array.Resize(ref _points, _points.Length * 2);
        }

        return _points[_pointCount++] = _names.NameOf(name);
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
        ReadingsFormat.QualityGood => Quality.Good,
        ReadingsFormat.QualityUncertain => Quality.Uncertain,
        ReadingsFormat.QualityBad => Quality.Bad,
        _ => new Quality(reader.ReadUInt32()),
    };

    private static ReadingValue ReadValue(ref RecordReader reader, ReadingValueKind kind)
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

    private static string ReadText(ref RecordReader reader)
    {
        var bytes = reader.ReadBytes();
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw reader.Damaged($"a text of {bytes.Length} bytes is not UTF-8");
    }
}
