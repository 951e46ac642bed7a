using System.Security.Cryptography;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Certificates;

/// <summary>Files of certificates and keys that settings name. Any thread.</summary>
public static class PemFile
{
    /// <summary>The largest file that is read: thousands of certificates.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a file on a thread of its own, since one on a share that is away may hang.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. A read that hangs goes on unseen; who asks for the same file meanwhile waits for it, too.
    /// </param>
    /// <returns>All its bytes, which are the caller's to read and not to change.</returns>
    /// <exception cref="IOException">It cannot be read, or has more than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Task<byte[]> ReadBytesAsync(string file, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return FileReads.ReadAsync(file, MaxBytes, cancellationToken);
    }

    /// <summary>As <see cref="ReadBytesAsync"/>, for text: UTF-8, or what its first bytes say.</summary>
    /// <inheritdoc cref="ReadBytesAsync"/>
    /// <returns>All its text.</returns>
    public static async Task<string> ReadTextAsync(string file, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(file, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(new MemoryStream(bytes));
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file, and says in words what keeps it from being read.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="setting">The path of the setting that names it, for the message.</param>
    /// <param name="file">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="ConnectorException">It cannot be used; see <see cref="Unusable"/>.</exception>
    public static T Read<T>(string setting, string file, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (Exception fault) when (
            fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unusable(setting, file, fault.Message.TrimEnd('.'), fault);
        }
    }

    /// <summary>
    /// The fault of a file that cannot be used. Transient: it is mended in its place, without a change of the settings.
    /// </summary>
    /// <param name="setting">The path of the setting that names it.</param>
    /// <param name="file">The file.</param>
    /// <param name="why">Why, without a full stop.</param>
    /// <param name="cause">What was thrown; null for nothing.</param>
    public static ConnectorException Unusable(string setting, string file, string why, Exception? cause = null) => new(
        Fault.Misconfigured,
        isTransient: true,
        $"{setting}: '{file}' cannot be used: {why}. Name a readable PEM file.",
        cause);
}
