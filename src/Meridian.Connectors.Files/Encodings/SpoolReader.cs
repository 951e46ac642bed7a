using System.Buffers.Binary;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>
/// Reads a spool frame by frame, so that memory is that of its largest. Whatever is wrong with it ends the reading at
/// <see cref="Offset"/>: <see cref="IsDamaged"/> tells.
/// </summary>
internal sealed class SpoolReader : IDisposable
{
    private const int MaxKnownPoints = 16_384;

    private readonly Stream _stream;
    private readonly long _length;
    private readonly Dictionary<string, string> _points = new(StringComparer.Ordinal);
    private readonly List<Reading> _readings = [];
    private byte[] _body = [];
    private bool _hasBegun;

    /// <summary>Opens a spool.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="length">How much of it counts; what is beyond is not looked at.</param>
    public SpoolReader(string path, long length)
        : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16), length)
    {
    }

    /// <summary>Reads a spool from a stream, which is this one's from here on.</summary>
    public SpoolReader(Stream stream, long length)
    {
        _stream = stream;
        _length = length;
    }

    /// <summary>Up to where it was read.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether reading ended because what follows is none of a spool.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads the next frame.</summary>
    /// <param name="readings">Its readings; the list is used again.</param>
    /// <returns>False at the end, and where it is damaged.</returns>
    public bool TryRead(out List<Reading> readings)
    {
        readings = _readings;
        _readings.Clear();
        if (IsDamaged || (!_hasBegun && !TryBegin()) || Offset == _length)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[SpoolLayout.FrameHeadBytes];
        if (!TryFill(head))
        {
            return Damaged();
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (count < 0 || count > SpoolLayout.MaxFrameBytes || count > _length - Offset - head.Length)
        {
            return Damaged();
        }

        if (_body.Length < count)
        {
            _body = new byte[Math.Max(count, Math.Min(2 * _body.Length, SpoolLayout.MaxFrameBytes))];
        }

        var body = _body.AsSpan(0, count);
        if (!TryFill(body)
            || SpoolLayout.ChecksumOf(body) != BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(int)..])
            || !TryDecode(body))
        {
            _readings.Clear();
            return Damaged();
        }

        Offset += head.Length + count;
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private bool TryBegin()
    {
        Span<byte> mark = stackalloc byte[SpoolLayout.Mark.Length];
        if (_length == 0)
        {
            return false;
        }

        if (_length < mark.Length || !TryFill(mark) || !mark.SequenceEqual(SpoolLayout.Mark))
        {
            return Damaged();
        }

        _hasBegun = true;
        Offset = mark.Length;
        return true;
    }

    private bool TryFill(Span<byte> bytes) =>
        _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;

    private bool Damaged()
    {
        IsDamaged = true;
        return false;
    }

    private bool TryDecode(ReadOnlySpan<byte> body)
    {
        const int FixedBytes = sizeof(long) + sizeof(uint) + 1;
        while (!body.IsEmpty)
        {
            if (!TryTake(ref body, out var point) || body.Length < FixedBytes)
            {
                return false;
            }

            var ticks = BinaryPrimitives.ReadInt64LittleEndian(body);
            var quality = new Quality(BinaryPrimitives.ReadUInt32LittleEndian(body[sizeof(long)..]));
            var kind = (ReadingValueKind)body[FixedBytes - 1];
            body = body[FixedBytes..];
            if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || !TryTakeValue(ref body, kind, out var value))
            {
                return false;
            }

            _readings.Add(new Reading(NameOf(point), new DateTimeOffset(ticks, TimeSpan.Zero), value, quality));
        }

        return true;
    }

    private static bool TryTakeValue(ref ReadOnlySpan<byte> body, ReadingValueKind kind, out ReadingValue value)
    {
        value = default;
        switch (kind)
        {
            case ReadingValueKind.Null:
                return true;
            case ReadingValueKind.Boolean when body.Length >= 1:
                value = ReadingValue.From(body[0] != 0);
                body = body[1..];
                return true;
            case ReadingValueKind.Double or ReadingValueKind.Int64 or ReadingValueKind.UInt64
                when body.Length >= sizeof(long):
                var bits = BinaryPrimitives.ReadInt64LittleEndian(body);
                value = kind == ReadingValueKind.Double ? ReadingValue.From(BitConverter.Int64BitsToDouble(bits))
                    : kind == ReadingValueKind.Int64 ? ReadingValue.From(bits)
                    : ReadingValue.From(unchecked((ulong)bits));
                body = body[sizeof(long)..];
                return true;
            case ReadingValueKind.String or ReadingValueKind.Json or ReadingValueKind.Bytes
                when TryTake(ref body, out var bytes):
                value = kind == ReadingValueKind.Bytes ? ReadingValue.From(bytes.ToArray())
                    : kind == ReadingValueKind.String ? ReadingValue.From(Encoding.UTF8.GetString(bytes))
                    : ReadingValue.FromJson(Encoding.UTF8.GetString(bytes));
                return true;
            default:
                return false;
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> body, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (body.Length < sizeof(int))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(body);
        body = body[sizeof(int)..];
        if (length < 0 || length > body.Length)
        {
            return false;
        }

        bytes = body[..length];
        body = body[length..];
        return true;
    }

    /// <summary>The same string for the same point, as the encoders like it.</summary>
    private string NameOf(ReadOnlySpan<byte> utf8)
    {
        const int MaxRemembered = 512;
        if (utf8.Length > MaxRemembered)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> characters = stackalloc char[MaxRemembered];
        var name = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        var known = _points.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        if (_points.Count >= MaxKnownPoints)
        {
            _points.Clear();
        }

        var made = name.ToString();
        _points[made] = made;
        return made;
    }
}
