using System.Buffers.Binary;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Format;

/// <summary>
/// The identity file. Version 1, 32 bytes, is that of a journal that was never renewed. Version 2 has the former ids
/// behind the same 32 bytes, so that a program that knows version 1 only takes it for newer and not for damaged.
/// docs/formats/journal.md draws both.
/// </summary>
internal static class IdentityFile
{
    /// <summary>The newest version that this program writes and reads.</summary>
    public const uint Version = 2;

    private const uint Version1 = 1;

    private const int HeadSize = 32;

    private const int IdSize = 16;

    /// <summary>No file is larger.</summary>
    public const int MaxSize = HeadSize + (JournalIdentity.MaxFormer * IdSize) + sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "MJID"u8;

    /// <summary>Writes the file's bytes.</summary>
    public static byte[] Encode(JournalIdentity identity)
    {
        var former = identity.Former.Count;
        var bytes = new byte[former == 0 ? HeadSize : HeadSize + (former * IdSize) + sizeof(uint)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), former == 0 ? Version1 : Version);
        _ = identity.Id.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), former);
        WriteCrc(bytes.AsSpan(0, HeadSize));
        if (former > 0)
        {
            for (var i = 0; i < former; i++)
            {
                _ = identity.Former[i].TryWriteBytes(
                    bytes.AsSpan(HeadSize + (i * IdSize)), bigEndian: true, out _);
            }

            WriteCrc(bytes);
        }

        return bytes;
    }

    /// <summary>Reads the file's bytes; null when they are damaged or newer.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="version">The version, 0 when damaged.</param>
    public static JournalIdentity? Decode(ReadOnlySpan<byte> bytes, out uint version)
    {
        version = 0;
        if (bytes.Length < HeadSize || !bytes[..4].SequenceEqual(Magic) || !HasCrc(bytes[..HeadSize]))
        {
            return null;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var id = new Guid(bytes.Slice(8, IdSize), bigEndian: true);
        return version switch
        {
            Version1 => new JournalIdentity(id, []),
            Version when ReadFormer(bytes) is { } former => new JournalIdentity(id, former),
            _ => null,
        };
    }

    /// <summary>Puts the file in place of the old one, durably: either of them is there after any crash.</summary>
    public static void Store(IJournalStorage storage, JournalIdentity identity)
    {
        if (storage.List().Contains(JournalFileNames.NewIdentity, StringComparer.Ordinal))
        {
            storage.Delete(JournalFileNames.NewIdentity);
        }

        using (var file = storage.Create(JournalFileNames.NewIdentity))
        {
            file.Write(Encode(identity), 0);
            file.Sync();
        }

        storage.Rename(JournalFileNames.NewIdentity, JournalFileNames.Identity);
        storage.SyncFolder();
    }

    private static List<Guid>? ReadFormer(ReadOnlySpan<byte> bytes)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        var size = HeadSize + ((long)count * IdSize) + sizeof(uint);
        if (count is < 1 or > JournalIdentity.MaxFormer || bytes.Length < size || !HasCrc(bytes[..(int)size]))
        {
            return null;
        }

        var former = new List<Guid>(count);
        for (var i = 0; i < count; i++)
        {
            former.Add(new Guid(bytes.Slice(HeadSize + (i * IdSize), IdSize), bigEndian: true));
        }

        return former;
    }

    private static void WriteCrc(Span<byte> bytes)
        => BinaryPrimitives.WriteUInt32LittleEndian(bytes[^4..], Crc32C.Compute(bytes[..^4]));

    private static bool HasCrc(ReadOnlySpan<byte> bytes)
        => BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Crc32C.Compute(bytes[..^4]);
}
