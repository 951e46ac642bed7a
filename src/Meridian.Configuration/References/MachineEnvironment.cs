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
        var file = new FileInfo(Path.Combine(folder, path));
        if (file.Exists && file.Length > ConfigurationLimits.MaxSecretFileBytes)
        {
            throw new IOException(
                $"The file has {file.Length} bytes; at most {ConfigurationLimits.MaxSecretFileBytes} are read.");
        }

        return File.ReadAllText(file.FullName);
    }
}
