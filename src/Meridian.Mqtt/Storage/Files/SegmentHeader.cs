using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// The 64 bytes at the begin of each segment. Magic, version, header length and a checksum in the header's last four
/// bytes stay where they are in every future version, so that a newer file can be told from a damaged one.
/// </summary>
/// <param name="Store">The store's random id.</param>
/// <param name="Number">The segment's number, as in its name.</param>
/// <param name="PreviousNumber">The segment before, zero for none. Those between are void.</param>
/// <param name="PreviousLength">Where the segment before ends, whatever its file's length is: what lies behind failed
/// to become durable, and nobody was told that it is stored.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SegmentHeader(Guid Store, long Number, long PreviousNumber, long PreviousLength)
{
    public const int Size = 64;

    public const uint Version = 1;

    private const int MaxFutureSize = 4096;
    private const string Suffix = ".session";

    private static ReadOnlySpan<byte> Magic => "MERIDMQS"u8;

    /// <summary>What the checksums of a store's records begin with, so that a record of another store inside a payload
    /// is never taken for one of this store.</summary>
    public static uint Seed(Guid store)
    {
        Span<byte> id = stackalloc byte[16];
        _ = store.TryWriteBytes(id, bigEndian: true, out _);
        return Crc32C.Compute(id);
    }

    public static string NameOf(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:D10}{Suffix}");

    public static bool TryParseName(string name, out long number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(
                name.AsSpan(0, name.Length - Suffix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out number);
    }

    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Version);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Size);
        _ = Store.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[40..], PreviousNumber);
        BinaryPrimitives.WriteInt64BigEndian(bytes[48..], PreviousLength);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(Size - 4)..], Crc32C.Compute(bytes[..(Size - 4)]));
    }

    /// <summary>Reads a header of this version; false when it is damaged.</summary>
    /// <exception cref="MqttStoreException">A newer program wrote it.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, string name, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes[..8].SequenceEqual(Magic))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);
        var isSized = version == Version ? length == Size : length is >= Size and <= MaxFutureSize;
        if (!isSized || length > bytes.Length
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]) != Crc32C.Compute(bytes[..(length - 4)]))
        {
            return false;
        }

        if (version != Version)
        {
            throw new MqttStoreException(
                $"'{name}' has format version {version}; this program knows version {Version}. Run the newer program.",
                isTransient: false);
        }

        header = new SegmentHeader(
            new Guid(bytes.Slice(16, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64BigEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[48..]));
        return true;
    }
}
