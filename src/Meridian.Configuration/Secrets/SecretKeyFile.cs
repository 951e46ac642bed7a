using System.Text;
using Meridian.Configuration.References;
using Meridian.Sdk.Files;

namespace Meridian.Configuration.Secrets;

/// <summary>Where the keys of a configuration's secrets lie.</summary>
/// <remarks>Stateless; any thread.</remarks>
public static class SecretKeyFile
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "MERIDIAN_KEY_FILE";

    // Beside the configuration and out of the way of whoever puts that folder under version control.
    private const string Folder = ".meridian";
    private const string Name = "secrets.key";
    private const int MaxBytes = 64 << 10;

    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>
    /// Where it lies: where <see cref="Variable"/> says, else in <c>.meridian</c> beside the main file.
    /// </summary>
    /// <param name="configurationFolder">The folder of the main file.</param>
    public static string PathFor(string configurationFolder) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? Path.GetFullPath(named, configurationFolder)
            : Path.Combine(configurationFolder, Folder, Name);

    /// <summary>Reads the keys.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The keys; null where there is no such file.</returns>
    /// <exception cref="IOException">
    /// It cannot be read, others than its owner may read it, or it holds something else; the message says so.
    /// </exception>
    public static SecretKeys? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(path)
                && (File.GetUnixFileMode(path) & OthersMay) != UnixFileMode.None)
            {
                throw new IOException(
                    $"The key file '{path}' is open to others than its owner; close it with 'chmod 600 {path}'.");
            }

            return SecretKeys.Parse(Encoding.UTF8.GetString(BoundedFile.ReadAll(path, MaxBytes)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (FormatException wrong)
        {
            throw new IOException($"The key file '{path}' cannot be used: {wrong.Message}", wrong);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"The key file '{path}' cannot be read: {refused.Message}", refused);
        }
    }

    /// <summary>Writes the keys, for the owner alone; the file is there whole or as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keys">The keys.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, SecretKeys keys)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(keys);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            if (string.Equals(Path.GetFileName(folder), Folder, StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(folder, ".gitignore"), "*\n");
            }
        }

        DurableFile.WriteWhole(
            path, Encoding.UTF8.GetBytes(keys.ToText()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
