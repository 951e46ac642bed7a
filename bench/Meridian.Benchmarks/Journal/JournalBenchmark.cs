using System.Diagnostics;
using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Journal;

/// <summary>The journal beside SQLite (WAL, synchronous FULL) and a bare file, in turn on the same disk.</summary>
internal static class JournalBenchmark
{
    /// <summary>Runs it and keeps the result.</summary>
    public static async Task RunAsync(JournalBenchmarkOptions options, CancellationToken cancellationToken)
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
        using var own = options.Folder is null ? new TempFolder("meridian-bench-") : null;
        var root = own?.Path ?? Directory.CreateDirectory(options.Folder!).FullName;
        var works = new JournalWorks(root, options.Duration);
        Tell(string.Empty);
        (string Name, Func<Task<string>> Run)[] all =
        [
            ("readings, journal, awaited", () => works.ReadingsAsync(1)),
            ("readings, journal, 16 under way", () => works.ReadingsAsync(16)),
            ("readings, SQLite by row", works.SqliteRowsAsync),
            ("readings, SQLite by blob", works.SqliteBlobAsync),
            ("readings, bare file", works.RawBatchesAsync),
            ("readings decoded", works.DecodeAsync),
            ("100 bytes, bare file", works.RawSmallAsync),
            ("100 bytes, SQLite", works.SqliteSmallAsync),
            ("100 bytes, journal, 1 writer", () => works.SmallAsync(1)),
            ("100 bytes, journal, 64 writers", () => works.SmallAsync(64)),
            ("100 bytes at 20,000/s", () => works.PacedAsync()),
        ];
        foreach (var (name, run) in all.Where(
            work => options.Only is null || work.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tell($"{name,-32} {await run()}");
        }

        if (options.Only is not null)
        {
            return;
        }

        Tell(string.Empty);
        foreach (var line in new CodecWorks(options.Duration / 4).Run())
        {
            Tell(line);
        }

        Tell(string.Empty);
        foreach (var line in await works.BacklogAsync(options.BacklogMegabytes, OpenElsewhereAsync))
        {
            Tell(line);
        }

        var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
        var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path.Combine(folder, $"journal-{time}.txt"), lines, CancellationToken.None);
    }

    private static async Task<string> OpenElsewhereAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(JournalBenchmark).Assembly.Location, "journal-open", folder },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.Trim();
    }
}
