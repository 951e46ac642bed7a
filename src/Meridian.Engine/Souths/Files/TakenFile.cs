using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// What is remembered of a file that was taken: a checkpoint of its South, in the same record as its content. A file
/// that looks the same is not opened again; one that only looks otherwise is told by its content.
/// </summary>
/// <param name="LengthBytes">Its length.</param>
/// <param name="ModifiedTicks">When it was last written, UTC.</param>
/// <param name="Hash">The first half of the SHA-256 of its content.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TakenFile(long LengthBytes, long ModifiedTicks, UInt128 Hash)
{
    /// <summary>What the keys of these checkpoints begin with.</summary>
    public const string KeyPrefix = "file/";

    private const byte Version = 1;
    private const int SizeBytes = 1 + 8 + 8 + 16;
    private const int ItemDigits = 16;
    private const int PathDigits = 32;

    /// <summary>Whether a file still looks as it did when it was taken.</summary>
    public bool LooksLike(SourceFile file) =>
        LengthBytes == file.LengthBytes && ModifiedTicks == file.Modified.UtcTicks;

    /// <summary>The key of a file: hashes, since paths may be longer than keys.</summary>
    public static string KeyOf(string item, string path) => KeysOf(item) + Digits(path, PathDigits);

    /// <summary>What the keys of one item's files begin with.</summary>
    public static string KeysOf(string item) => $"{KeyPrefix}{Digits(item, ItemDigits)}/";

    /// <summary>The hash of a content, from its SHA-256.</summary>
    public static UInt128 HashOf(ReadOnlySpan<byte> sha256) => BinaryPrimitives.ReadUInt128BigEndian(sha256);

    /// <summary>The bytes of the checkpoint.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), LengthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), ModifiedTicks);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(17), Hash);
        return bytes;
    }

    /// <summary>Reads a checkpoint. False for bytes of a newer version or of someone else's: the file is taken
    /// again.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TakenFile taken)
    {
        taken = default;
        if (bytes.Length != SizeBytes || bytes[0] != Version)
        {
            return false;
        }

        taken = new TakenFile(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[17..]));
        return true;
    }

    /// <summary>The first digits of the hash of a text.</summary>
    public static string Digits(string text, int count) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..count];
}
