using System.Buffers.Binary;

namespace Meridian.Formats.Parquet.Buffers;

/// <summary>
/// Integers of variable length, as Thrift and Parquet's encodings write them: seven bits a byte, lowest first.
/// </summary>
internal static class Varint
{
    private const int MaxBytes = 10;

    public static void AppendVarint(this GrowingArray<byte> output, ulong value)
    {
        var room = output.Reserve(MaxBytes);
        var length = 0;
        while (value >= 0x80)
        {
            room[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>A signed integer: small ones of either sign are short.</summary>
    public static void AppendZigZag(this GrowingArray<byte> output, long value) =>
        output.AppendVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Four bytes, lowest first: the lengths of byte arrays and of levels.</summary>
    public static void AppendInt32(this GrowingArray<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.Reserve(sizeof(int)), value);
        output.Advance(sizeof(int));
    }
}
