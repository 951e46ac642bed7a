using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Meridian.Fixtures;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>A folder that goes when the test does.</summary>
internal sealed class OutFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("meridian-files-").FullName;

    /// <summary>The names in it, sorted.</summary>
    public string[] Names =>
        [.. Directory.GetFiles(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The Parquet files in it, by name.</summary>
    public string[] ParquetFiles =>
        [.. Names.Where(name => name.EndsWith(".parquet", StringComparison.Ordinal)).Select(Join)];

    public string Join(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A copy as it is at this moment, open files and all.</summary>
    public OutFolder Copy()
    {
        var copy = new OutFolder();
        foreach (var name in Names)
        {
            File.Copy(Join(name), copy.Join(name));
        }

        return copy;
    }

    /// <summary>
    /// The values in the complete files, in the order of files and lines. Parquet files are not read.
    /// </summary>
    public int[] Values()
    {
        var values = new List<int>();
        foreach (var name in Names)
        {
            var isPacked = name.EndsWith(".gz", StringComparison.Ordinal);
            var bare = isPacked ? name[..^3] : name;
            if (bare.EndsWith(".csv", StringComparison.Ordinal))
            {
                values.AddRange(OfCsv(ReadText(name, isPacked)));
            }
            else if (bare.EndsWith(".ndjson", StringComparison.Ordinal))
            {
                values.AddRange(
                    ReadText(name, isPacked).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OfJson));
            }
        }

        return [.. values];
    }

    /// <summary>The values in the Parquet files of some folders.</summary>
    public static async Task<IReadOnlyList<int[]>> ParquetValuesAsync(IReadOnlyList<OutFolder> folders)
    {
        var files = folders.Select(folder => folder.ParquetFiles).ToArray();
        var rows = await ParquetReaders.ReadRowsAsync(ParquetReaders.HyParquet, [.. files.SelectMany(one => one)]);
        var next = 0;
        return
        [
            .. files.Select(ofFolder => ofFolder.SelectMany(_ => rows[next++]).Select(OfRow).ToArray()),
        ];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Of rows, the third field; of a table with columns, all that are not empty.</summary>
    private static IEnumerable<int> OfCsv(string text)
    {
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var isRows = string.Equals(lines[0], "timestamp,point,value,quality", StringComparison.Ordinal);
        Assert.StartsWith("timestamp,", lines[0], StringComparison.Ordinal);
        return lines.Skip(1).Select(line => line.Split(','))
            .SelectMany(fields => isRows ? fields[2..3] : fields[1..])
            .Where(field => field.Length > 0)
            .Select(field => int.Parse(field, CultureInfo.InvariantCulture));
    }

    private static int OfJson(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("value").GetInt32();
    }

    private static int OfRow(string line)
    {
        using var document = JsonDocument.Parse(line);
        return int.Parse(document.RootElement.GetProperty("integer").GetString()!, CultureInfo.InvariantCulture);
    }

    private string ReadText(string name, bool isPacked)
    {
        using var file = File.OpenRead(Join(name));
        using var content = isPacked ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var reader = new StreamReader(content);
        return reader.ReadToEnd();
    }
}
