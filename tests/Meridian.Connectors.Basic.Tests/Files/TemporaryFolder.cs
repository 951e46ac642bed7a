using System.Globalization;

namespace Meridian.Connectors.Basic.Tests.Files;

/// <summary>A folder that goes when the test does.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("meridian-files-").FullName;

    /// <summary>The names in it, sorted.</summary>
    public string[] Names =>
        [.. Directory.GetFiles(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Join(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A copy as it is at this moment, open files and all.</summary>
    public TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var name in Names)
        {
            File.Copy(Join(name), copy.Join(name));
        }

        return copy;
    }

    /// <summary>The values in the complete files, in order.</summary>
    public int[] Values()
    {
        var values = new List<int>();
        foreach (var name in Names.Where(name => name.EndsWith(".csv", StringComparison.Ordinal)))
        {
            var lines = File.ReadAllLines(Join(name));
            Assert.Equal("timestamp,point,value,quality", lines[0]);
            values.AddRange(lines.Skip(1).Select(line => int.Parse(line.Split(',')[2], CultureInfo.InvariantCulture)));
        }

        return [.. values];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
