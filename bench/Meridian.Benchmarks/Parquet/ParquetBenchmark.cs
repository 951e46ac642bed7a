using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Fixtures;
using Meridian.Formats.Parquet;

namespace Meridian.Benchmarks.Parquet;

/// <summary>Readings written as Parquet files, beside DuckDB's own files of the same rows.</summary>
internal static class ParquetBenchmark
{
    /// <summary>How many rounds of 1,000 points a file has: eight row groups.</summary>
    private const int Rounds = 1_048;

    /// <summary>Runs it and keeps the result.</summary>
    public static async Task RunAsync(ParquetBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        void Tell(string line)
        {
            lines.Add(line);
            Console.WriteLine(line);
        }

        foreach (var line in Machine.Describe())
        {
            Tell(line);
        }

        Tell($"load       {await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)}".TrimEnd());
        using var folder = new TempFolder("meridian-bench-");
        Tell(string.Empty);
        Tell($"{"",-40} {ParquetTrial.Head}");
        foreach (var (name, make) in ParquetShapes.All.Where(
            shape => options.Only is null || shape.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            var readings = make(Rounds);
            foreach (var compression in Enum.GetValues<ParquetCompression>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var title = $"{name}, {compression.ToString().ToLowerInvariant()}";
                var trial = new ParquetTrial(readings, compression, folder.Path);
                Tell($"{title,-40} {await trial.RunAsync(options.Duration)}");
            }
        }

        var large = new ParquetTrial(ParquetShapes.All[0].Make(Rounds), ParquetCompression.Snappy, folder.Path);
        Tell(string.Empty);
        Tell($"{"a large file",-40} {large.WriteLarge(options.LargeMillions * 1_000_000L)}");
        if (options.Only is not null)
        {
            return;
        }

        var results = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
        var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path.Combine(results, $"parquet-{time}.txt"), lines, CancellationToken.None);
    }
}
