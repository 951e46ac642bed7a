using System.Buffers.Binary;

namespace Meridian.Journal;

/// <summary>
/// A named stream that lies beside the journal. It becomes part of the journal by the record that refers to it, and is
/// deleted with that record's segment; one that no record refers to is deleted at the next start.
/// </summary>
public sealed class JournalFile
{
    internal const int StoredSize = 24;

    internal JournalFile(Guid id, string name, long length)
    {
        Id = id;
        Name = name;
        Length = length;
    }

    /// <summary>Names it on disk; unique.</summary>
    public Guid Id { get; }

    /// <summary>The name that its writer gave it, 1 to 1,024 bytes of UTF-8. Never used as a path.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    internal static JournalFile? TryRead(string name, ReadOnlySpan<byte> bytes)
        => bytes.Length == StoredSize && BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) is >= 0 and var length
            ? new JournalFile(new Guid(bytes[..16], bigEndian: true), name, length)
            : null;

    internal void Write(Span<byte> bytes)
    {
        _ = Id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Length);
    }
}
