using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// What is remembered of a file whose readings are on disk in part: a checkpoint in the same record as the last of
/// them, under the key that the <see cref="TakenFile"/> takes over at the end.
/// </summary>
/// <param name="LengthBytes">Its length.</param>
/// <param name="ModifiedTicks">When it was last written, UTC.</param>
/// <param name="Readings">How many of its readings are on disk, from the first.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartFile(long LengthBytes, long ModifiedTicks, long Readings)
{
    private const byte Version = 2;
    private const int SizeBytes = 1 + 8 + 8 + 8;

    /// <summary>Whether a file still looks as it did when these readings were taken.</summary>
    public bool LooksLike(SourceFile file) =>
        LengthBytes == file.LengthBytes && ModifiedTicks == file.Modified.UtcTicks;

    /// <summary>The bytes of the checkpoint.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), LengthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), ModifiedTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Readings);
        return bytes;
    }

    /// <summary>Reads a checkpoint. False for bytes of another version or of someone else's.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PartFile part)
    {
        part = default;
        if (bytes.Length != SizeBytes || bytes[0] != Version)
        {
            return false;
        }

        part = new PartFile(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]));
        return part.Readings >= 0;
    }
}
