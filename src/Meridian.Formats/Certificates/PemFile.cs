using System.Security.Cryptography;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Certificates;

/// <summary>Files of certificates and keys that settings name. Any thread.</summary>
public static class PemFile
{
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
