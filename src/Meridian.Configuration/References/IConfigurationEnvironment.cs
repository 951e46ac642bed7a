using System.Diagnostics.CodeAnalysis;

namespace Meridian.Configuration.References;

/// <summary>Where references in the configuration lead: the variables and files around the gateway.</summary>
/// <remarks>Used by one thread at a time while a configuration is read.</remarks>
public interface IConfigurationEnvironment
{
    /// <summary>Finds the variable that <c>${env:NAME}</c> names.</summary>
    /// <param name="name">The name, exactly.</param>
    /// <returns>The value; null when the variable is not set.</returns>
    string? FindVariable(string name);

    /// <summary>Reads the file that <c>${file:PATH}</c> names, as UTF-8 text.</summary>
    /// <param name="path">The path as written; a relative one is relative to the configuration's folder.</param>
    /// <returns>The whole text.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read; becomes a problem.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read; becomes a problem.</exception>
    string ReadFile(string path);

    /// <summary>Decrypts the secret that <c>${encrypted:TEXT}</c> holds.</summary>
    /// <param name="text">What stands behind the colon.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="problem">Why it cannot be read and the way out; whole sentences.</param>
    bool TryDecrypt(
        string text, [NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem);
}
