using System.Buffers;
using System.IO.Compression;
using System.Text;
using Meridian.Readings.Blocks;
using Meridian.Readings.Columns;
using Meridian.Sdk.Readings;

namespace Meridian.Readings;

/// <summary>
/// Gathers readings and writes them as one record that decodes alone (<c>docs/formats/readings.md</c>). Used again and
/// again, it allocates nothing in steady state.
/// </summary>
/// <remarks>
/// One thread at a time. Every kind, every bit of a number and every status code survives; a timestamp keeps its
/// instant and loses its offset. Text is stored as UTF-8: half a surrogate pair, which is no Unicode text, becomes
/// U+FFFD. The encoder learns how many decimals a point has, so the same readings may become other bytes later; they
/// decode to the same.
/// </remarks>
public sealed class ReadingsEncoder
{
    /// <summary>A name of so many UTF-16 units surely fits, at three bytes a unit.</summary>
    private const int SurelyFittingPointLength = ReadingsFormat.MaxPointBytes / 3;

    /// <summary>
    /// Literals are coded by how often they come, and matches are looked for where they are found quickly.
    /// </summary>
    private const int BrotliQuality = 4;

    private const int BrotliWindowBits = 22;

    private readonly bool _compresses;
    private readonly int _maxReadings;
    private readonly GatheredReadings _readings = new();
    private readonly BodyWriter _columns = new();
    private readonly RecordWriter _head = new();
    private readonly RecordWriter _body = new();
    private readonly RecordWriter _packed = new();

    /// <summary>An encoder that does not compress.</summary>
    public ReadingsEncoder()
        : this(new ReadingsEncoderOptions())
    {
    }

    /// <summary>An encoder as the options say.</summary>
    /// <param name="options">How it writes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A compression that does not exist.</exception>
    public ReadingsEncoder(ReadingsEncoderOptions options)
        : this(options, ReadingsFormat.MaxReadings)
    {
    }

    internal ReadingsEncoder(ReadingsEncoderOptions options, int maxReadings)
    {
        ArgumentNullException.ThrowIfNull(options);
        _compresses = options.Compression switch
        {
            ReadingsCompression.None => false,
            ReadingsCompression.Brotli => true,
            _ => throw new ArgumentOutOfRangeException(
                nameof(options), options.Compression, "Records are compressed with None or Brotli."),
        };
        _maxReadings = maxReadings;
    }

    /// <summary>How many readings have been gathered for the next record.</summary>
    public int Count => _readings.Count;

    /// <summary>
    /// How long the next record is at most, in bytes, without its head of at most 12 bytes. How long it is shows when
    /// it is finished: most often a fraction of it.
    /// </summary>
    public int LengthBytes => _readings.MostBytes;

    /// <summary>
    /// Adds readings to the next record: all of them, or none when it throws. When memory runs out, what was gathered
    /// before is forgotten too.
    /// </summary>
    /// <param name="readings">The readings; not used after the call returns, but for their texts.</param>
    /// <exception cref="ArgumentException">
    /// A point's name is empty or longer than 65,535 UTF-8 bytes, or the record would hold more than 16,777,216
    /// readings.
    /// </exception>
    public void Add(ReadOnlySpan<Reading> readings)
    {
        if (readings.Length > _maxReadings - Count)
        {
            throw new ArgumentException(
                $"{readings.Length} readings beside {Count} are more than the {_maxReadings} of a "
                + "record; finish it and begin another.",
                nameof(readings));
        }

        // Beforehand, so that a mistake in the last reading does not leave the first ones behind.
        foreach (ref readonly var reading in readings)
        {
            CheckPoint(reading.Point);
        }

        try
        {
            _readings.Add(readings);
        }
        catch
        {
            // Memory ran out in between: half a record must not be finished.
            Reset();
            throw;
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

        // Something may be left from an output that failed the last time.
        ClearBytes();
        _columns.Write(_readings, _body);
        var isBrotli = _compresses && TryCompress();
        _head.WriteByte(ReadingsFormat.Version);
        _head.WriteByte(isBrotli ? (byte)ReadingsFormat.IsBrotli : (byte)0);
        _head.WriteVarint((ulong)Count);
        if (isBrotli)
        {
            _head.WriteVarint((ulong)_body.Length);
        }

        output.Write(_head.Written);
        output.Write((isBrotli ? _packed : _body).Written);
        Reset();
    }

    /// <summary>Writes readings as one record; the same as adding them and finishing.</summary>
    /// <param name="readings">The readings, at least one.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ArgumentException">
    /// A point's name is empty or longer than 65,535 UTF-8 bytes, or there are more than 16,777,216 readings.
    /// </exception>
    /// <exception cref="InvalidOperationException">There are no readings.</exception>
    public void Encode(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        Add(readings);
        Finish(output);
    }

    /// <summary>Forgets what has been added.</summary>
    public void Reset()
    {
        _readings.Clear();
        ClearBytes();
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

    private void ClearBytes()
    {
        _head.Clear();
        _body.Clear();
        _packed.Clear();
    }

    /// <summary>Whether the body became shorter, and not by more than a decoder takes.</summary>
    private bool TryCompress()
    {
        if (_body.Length > ReadingsFormat.MaxBodyBytes)
        {
            return false;
        }

        var into = _packed.Reserve(BrotliEncoder.GetMaxCompressedLength(_body.Length));
        if (!BrotliEncoder.TryCompress(_body.Written, into, out var length, BrotliQuality, BrotliWindowBits))
        {
            return false;
        }

        _packed.Advance(length);
        return length < _body.Length && _body.Length <= (long)ReadingsFormat.MaxExpansion * length;
    }
}
