using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Readings;

/// <summary>
/// Gathers readings and writes them as one record that decodes alone (<c>docs/formats/readings.md</c>). Used again and
/// again, it allocates nothing in steady state.
/// </summary>
/// <remarks>
/// One thread at a time. Every kind, every bit of a number and every status code survives; a timestamp keeps its
/// instant and loses its offset. Text is stored as UTF-8: half a surrogate pair, which is no Unicode text, becomes
/// U+FFFD.
/// </remarks>
public sealed class ReadingsEncoder
{
    /// <summary>A name of so many UTF-16 units surely fits, at three bytes a unit.</summary>
    private const int SurelyFittingPointLength = ReadingsFormat.MaxPointBytes / 3;

    /// <summary>Point index, time, tag, status code and a number, each at its longest.</summary>
    private const int MaxFixedBytes = (4 * ReadingsFormat.MaxVarintBytes) + 1 + sizeof(uint);

    private readonly Dictionary<string, int> _points = new(StringComparer.Ordinal);
    private byte[] _body = new byte[4_096];
    private int _length;
    private long _lastTicks;

    /// <summary>How many readings have been gathered for the next record.</summary>
    public int Count { get; private set; }

    /// <summary>How long the next record is so far, in bytes, to within its head of at most 11 bytes.</summary>
    public int LengthBytes => _length;

    /// <summary>Adds readings to the next record: all of them, or none when it throws.</summary>
    /// <param name="readings">The readings; not used after the call returns.</param>
    /// <exception cref="ArgumentException">A point's name is empty or longer than 65,535 UTF-8 bytes.</exception>
    public void Add(ReadOnlySpan<Reading> readings)
    {
        // Beforehand, so that a mistake in the last reading does not leave the first ones behind.
        foreach (ref readonly var reading in readings)
        {
            CheckPoint(reading.Point);
        }

        foreach (ref readonly var reading in readings)
        {
            AddOne(reading);
        }
    }

    /// <summary>Writes the gathered readings as one record and begins the next.</summary>
    /// <param name="output">Where to.</param>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Count == 0)
        {
            throw new InvalidOperationException("A record holds at least one reading; add one before finishing it.");
        }

        var head = output.GetSpan(1 + ReadingsFormat.MaxVarintBytes);
        head[0] = ReadingsFormat.Version;
        var at = 1;
        WriteVarint(head, ref at, (ulong)Count);
        output.Advance(at);
        output.Write(_body.AsSpan(0, _length));
        Reset();
    }

    /// <summary>Writes readings as one record; the same as adding them and finishing.</summary>
    /// <param name="readings">The readings, at least one.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ArgumentException">A point's name is empty or longer than 65,535 UTF-8 bytes.</exception>
    /// <exception cref="InvalidOperationException">There are no readings.</exception>
    public void Encode(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        Add(readings);
        Finish(output);
    }

    /// <summary>Forgets what has been added.</summary>
    public void Reset()
    {
        _points.Clear();
        _length = 0;
        _lastTicks = 0;
        Count = 0;
    }

    private static void CheckPoint(string? point)
    {
        if (string.IsNullOrEmpty(point))
        {
            throw new ArgumentException(
                "A reading has no point name; a name has 1 to 65,535 UTF-8 bytes.", nameof(point));
        }

        if (point.Length > SurelyFittingPointLength
            && Encoding.UTF8.GetByteCount(point) > ReadingsFormat.MaxPointBytes)
        {
            throw new ArgumentException(
                $"The point name '{point[..40]}…' is longer than {ReadingsFormat.MaxPointBytes} UTF-8 bytes.",
                nameof(point));
        }
    }

    private void AddOne(in Reading reading)
    {
        Reserve(MaxFixedBytes);
        if (_points.TryGetValue(reading.Point, out var index))
        {
            WriteVarint(_body, ref _length, (ulong)index);
        }
        else
        {
            // The first use of a point is its definition: the next free index, then its name.
            WriteVarint(_body, ref _length, (ulong)_points.Count);
            WriteText(reading.Point);
            _points.Add(reading.Point, _points.Count);
            Reserve(MaxFixedBytes);
        }

        var ticks = reading.Timestamp.UtcTicks;
        WriteVarint(_body, ref _length, ReadingsFormat.ZigZag(ticks - _lastTicks));
        _lastTicks = ticks;
        WriteTag(reading.Value.Kind, reading.Quality);
        WriteValue(reading.Value);
        Count++;
    }

    private void WriteTag(ReadingValueKind kind, Quality quality)
    {
        var word = quality == Quality.Good ? ReadingsFormat.QualityGood
            : quality == Quality.Uncertain ? ReadingsFormat.QualityUncertain
            : quality == Quality.Bad ? ReadingsFormat.QualityBad
            : ReadingsFormat.QualityStatus;
        _body[_length++] = (byte)((int)kind | word);
        if (word == ReadingsFormat.QualityStatus)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_body.AsSpan(_length), quality.StatusCode);
            _length += sizeof(uint);
        }
    }

    private void WriteValue(in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                BinaryPrimitives.WriteInt64LittleEndian(
                    _body.AsSpan(_length), BitConverter.DoubleToInt64Bits(value.AsDouble()));
                _length += sizeof(long);
                break;
            case ReadingValueKind.Int64:
                WriteVarint(_body, ref _length, ReadingsFormat.ZigZag(value.AsInt64()));
                break;
            case ReadingValueKind.UInt64:
                WriteVarint(_body, ref _length, value.AsUInt64());
                break;
            case ReadingValueKind.Boolean:
                _body[_length++] = value.AsBoolean() ? (byte)1 : (byte)0;
                break;
            case ReadingValueKind.String or ReadingValueKind.Json:
                WriteText(value.AsString());
                break;
            case ReadingValueKind.Bytes:
                var bytes = value.AsBytes().Span;
                WriteVarint(_body, ref _length, (ulong)bytes.Length);
                Reserve(bytes.Length);
                bytes.CopyTo(_body.AsSpan(_length));
                _length += bytes.Length;
                break;
            default:
                break;
        }
    }

    private void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteVarint(_body, ref _length, (ulong)length);
        Reserve(length);
        _length += Encoding.UTF8.GetBytes(text, _body.AsSpan(_length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int bytes)
    {
        if (_body.Length - _length < bytes)
        {
            Array.Resize(ref _body, (int)Math.Min(Array.MaxLength, Math.Max(2L * _body.Length, (long)_length + bytes)));
        }
    }

    private static void WriteVarint(Span<byte> into, ref int at, ulong value)
    {
        while (value > 0x7F)
        {
            into[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        into[at++] = (byte)value;
    }
}
