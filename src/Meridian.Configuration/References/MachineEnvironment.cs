using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Configuration.Secrets;

namespace Meridian.Configuration.References;

/// <summary>The variables of this process and the files of this machine.</summary>
/// <param name="folder">The folder that relative paths start from: that of the configuration file.</param>
public sealed class MachineEnvironment(string folder) : IConfigurationEnvironment
{
    /// <inheritdoc/>
    public string? FindVariable(string name) => Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public string ReadFile(string path)
    {
        var bytes = BoundedFile.ReadAll(Path.Combine(folder, path), ConfigurationLimits.MaxSecretFileBytes);
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <inheritdoc/>
    public bool TryDecrypt(
        string text, [NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem)
    {
        var path = SecretKeyFile.PathFor(folder);
        try
        {
            // Read each time: keys are changed while the gateway runs.
            if (SecretKeyFile.Read(path) is { } keys)
            {
                return keys.TryDecrypt(text, out secret, out problem);
            }

            problem = $"It is encrypted, and there is no key file '{path}'. Bring it there, name it with "
                + $"{SecretKeyFile.Variable}, or encrypt the secret again.";
        }
        catch (IOException unusable)
        {
            problem = unusable.Message;
        }

        secret = null;
        return false;
    }
}
