namespace Meridian.Fixtures;

/// <summary>A folder of its own under the system's temporary folder, deleted with all it holds at dispose.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    /// <param name="prefix">What its name begins with.</param>
    /// <param name="isOpenToAll">
    /// Whether other users may look into it: a server that drops to a user of its own has to.
    /// </param>
    public TempFolder(string prefix = "meridian-", bool isOpenToAll = false)
    {
        Path = Directory.CreateTempSubdirectory(prefix).FullName;
        Guardian.Watch(Path);
        if (isOpenToAll && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a file or folder in it; nothing is made.</summary>
    /// <param name="name">The name, relative to the folder.</param>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test that removed it by itself has done our work.
        }
    }
}
