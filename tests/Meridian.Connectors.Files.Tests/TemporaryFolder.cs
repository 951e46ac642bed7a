using System.Text;

namespace Meridian.Connectors.Files.Tests;

/// <summary>A folder that goes when the test does.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("meridian-folder-").FullName;

    public string Join(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file, with the folders that it needs, an hour ago.</summary>
    public string Write(string name, string content = "x")
    {
        var path = Join(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(content));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(50));
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
