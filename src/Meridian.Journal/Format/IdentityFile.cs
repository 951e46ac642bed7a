using System.Buffers.Binary;

namespace Meridian.Journal.Format;

/// <summary>The 32 bytes of the identity file: magic, version, journal id, checksum.</summary>
internal static class IdentityFile
{
    /// <summary>The size of the file in bytes.</summary>
    public const int Size = 32;

    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "MJID"u8;

    /// <summary>Writes the file's bytes.</summary>
    public static byte[] Encode(Guid journal)
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Version);
        _ = journal.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Size - 4), Crc32C.Compute(bytes.AsSpan(0, Size - 4)));
        return bytes;
    }

    /// <summary>Reads the file's bytes; null when they are damaged.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="version">The version, 0 when damaged.</param>
    public static Guid? Decode(ReadOnlySpan<byte> bytes, out uint version)
    {
        version = 0;
        if (bytes.Length < Size || !bytes[..4].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Size - 4)..]) != Crc32C.Compute(bytes[..(Size - 4)]))
        {
            return null;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return version == Version ? new Guid(bytes.Slice(8, 16), bigEndian: true) : null;
    }
}
