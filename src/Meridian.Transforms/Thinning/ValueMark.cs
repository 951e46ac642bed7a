using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Sdk.Readings;
using Meridian.Transforms.State;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Thinning;

/// <summary>
/// What is kept of a value to compare later ones with: numbers as they are, of text, JSON and bytes a digest, so that
/// it has the same few bytes for every value.
/// </summary>
/// <param name="Kind">The type.</param>
/// <param name="First">The bits of a number or boolean, or half of a digest.</param>
/// <param name="Second">The other half of a digest; otherwise 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ValueMark(ReadingValueKind Kind, long First, long Second)
{
    /// <summary>The mark of a value.</summary>
    public static ValueMark Of(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => new(value.Kind, BitConverter.DoubleToInt64Bits(value.AsDouble()), 0),
        ReadingValueKind.Int64 => new(value.Kind, value.AsInt64(), 0),
        ReadingValueKind.UInt64 => new(value.Kind, unchecked((long)value.AsUInt64()), 0),
        ReadingValueKind.Boolean => new(value.Kind, value.AsBoolean() ? 1 : 0, 0),
        ReadingValueKind.String or ReadingValueKind.Json =>
            Digest(value.Kind, MemoryMarshal.AsBytes(value.AsString().AsSpan())),
        ReadingValueKind.Bytes => Digest(value.Kind, value.AsBytes().Span),
        _ => default,
    };

    /// <summary>The number that this is the mark of; no value for anything else.</summary>
    public ReadingValue ToNumber() => Kind switch
    {
        ReadingValueKind.Double => ReadingValue.From(BitConverter.Int64BitsToDouble(First)),
        ReadingValueKind.Int64 => ReadingValue.From(First),
        ReadingValueKind.UInt64 => ReadingValue.From(unchecked((ulong)First)),
        _ => default,
    };

    /// <summary>Writes the mark.</summary>
    public void Save(StateWriter writer)
    {
        writer.WriteByte((byte)Kind);
        writer.WriteBits(First);
        if (Kind is ReadingValueKind.String or ReadingValueKind.Json or ReadingValueKind.Bytes)
        {
            writer.WriteBits(Second);
        }
    }

    /// <summary>Reads a mark.</summary>
    public static ValueMark Load(ref StateReader reader)
    {
        var kind = (ReadingValueKind)reader.ReadByte();
        var first = reader.ReadBits();
        var isDigest = kind is ReadingValueKind.String or ReadingValueKind.Json or ReadingValueKind.Bytes;
        return new ValueMark(kind, first, isDigest ? reader.ReadBits() : 0);
    }

    /// <summary>
    /// How far a number is from the one that this is the mark of: exact for integers, 0 for the same bits, without end
    /// for a number against none; null when either is no number.
    /// </summary>
    public double? DistanceTo(in ReadingValue value)
    {
        var marked = ToNumber();
        if (Numbers.TryGetInteger(marked, out var from) && Numbers.TryGetInteger(value, out var to))
        {
            return (double)Int128.Abs(to - from);
        }

        if (!Numbers.TryGet(marked, out var one) || !Numbers.TryGet(value, out var other))
        {
            return null;
        }

        // NaN stays NaN and infinity stays infinity; between either and anything else there is no measure.
        return one.Equals(other) ? 0
            : double.IsFinite(one) && double.IsFinite(other) ? Math.Abs(other - one)
            : double.PositiveInfinity;
    }

    private static ValueMark Digest(ReadingValueKind kind, ReadOnlySpan<byte> bytes)
    {
        // 128 bits of it: two texts that differ have the same mark once in more years than there are.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        var halves = MemoryMarshal.Cast<byte, long>(digest);
        return new ValueMark(kind, halves[0], halves[1]);
    }
}
