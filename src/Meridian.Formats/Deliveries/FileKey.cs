using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Formats.Deliveries;

/// <summary>
/// What a destination recognises a file by: <c>journal-f-hash</c>, in a replay with <c>-rNUMBER</c> behind it. The
/// hash is of the North, the position and the name: the same file has the same key until its outcome is known, two
/// never share one. At most 140 characters, letters, digits and <c>-</c>. Stateless; any thread.
/// </summary>
public static class FileKey
{
    private const int HashedChars = 32;
    private const int PartBytes = 64 * 1024;

    /// <summary>The key of a file. In a replay the file is read, since only its content tells it there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">Its identity.</param>
    /// <param name="cancellationToken">Cancels the reading; nothing is left behind.</param>
    /// <returns>The key.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async ValueTask<string> OfAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(position);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(position.NorthId));
        Append(hash, position.Token.Span);
        Append(hash, Encoding.UTF8.GetBytes(file.Name));
        if (position.ReplayId is not null)
        {
            // In a replay the position is where the cursor stands, the same for all its files: the content tells them.
            await AppendAsync(hash, file, cancellationToken).ConfigureAwait(false);
        }

        var key = $"{position.JournalId:N}-f-{Convert.ToHexStringLower(hash.GetHashAndReset())[..HashedChars]}";
        return position.ReplayId is { } replay ? $"{key}-{replay}" : key;
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }

    private static async Task AppendAsync(
        IncrementalHash hash, FileContent file, CancellationToken cancellationToken)
    {
        var part = new byte[PartBytes];
        var source = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            while (await source.ReadAsync(part, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                hash.AppendData(part, 0, count);
            }
        }
    }
}
