using System.Text;

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
}
