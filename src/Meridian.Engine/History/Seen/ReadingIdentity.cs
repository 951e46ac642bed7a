using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.History.Seen;

/// <summary>
/// What tells two readings of one item and one instant apart, in 64 bits: point, value and quality.
/// <para>
/// Each step maps words one to one, and a number is mixed in last: two numbers of one point, kind and quality never
/// have the same identity, so a corrected number is always told from the first one. Two texts have the same by chance
/// once in 2^64. The numbers are on disk, in checkpoints: a change needs a new version of those.
/// </para>
/// </summary>
internal static class ReadingIdentity
{
    // The primes and the mixing are those of XXH64.
    private const ulong Prime1 = 0x9E37_79B1_85EB_CA87;
    private const ulong Prime2 = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong Prime3 = 0x1656_67B1_9E37_79F9;
    private const ulong Prime4 = 0x85EB_CA77_C2B2_AE63;

    /// <summary>The identity of a reading within its item and instant.</summary>
    public static ulong Of(in Reading reading)
    {
        var state = Mix(Prime3, reading.Point);
        var value = reading.Value;
        state = Mix(state, ((ulong)reading.Quality.StatusCode << 8) | (byte)value.Kind);
        return Finish(value.Kind switch
        {
            ReadingValueKind.Double => Mix(state, BitConverter.DoubleToUInt64Bits(value.AsDouble())),
            ReadingValueKind.Int64 => Mix(state, unchecked((ulong)value.AsInt64())),
            ReadingValueKind.UInt64 => Mix(state, value.AsUInt64()),
            ReadingValueKind.Boolean => Mix(state, value.AsBoolean() ? 1UL : 0UL),
            ReadingValueKind.String or ReadingValueKind.Json => Mix(state, value.AsString()),
            ReadingValueKind.Bytes => Mix(state, value.AsBytes().Span),
            _ => state,
        });
    }

    private static ulong Mix(ulong state, string text) => Mix(state, MemoryMarshal.AsBytes(text.AsSpan()));

    private static ulong Mix(ulong state, ReadOnlySpan<byte> bytes)
    {
        state = Mix(state, (ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            state = Mix(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var rest = 0UL;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            rest = (rest << 8) | bytes[i];
        }

        return bytes.IsEmpty ? state : Mix(state, rest);
    }

    private static ulong Mix(ulong state, ulong word) => unchecked(
        (BitOperations.RotateLeft(state ^ (BitOperations.RotateLeft(word * Prime2, 31) * Prime1), 27) * Prime1)
        + Prime4);

    private static ulong Finish(ulong state)
    {
        unchecked
        {
            state = (state ^ (state >> 33)) * Prime2;
            state = (state ^ (state >> 29)) * Prime3;
            return state ^ (state >> 32);
        }
    }
}
