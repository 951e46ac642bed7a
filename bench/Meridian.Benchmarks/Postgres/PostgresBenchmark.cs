using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Postgres;

/// <summary>The PostgreSQL North beside the driver's own binary COPY of the same rows, fsync on.</summary>
internal static class PostgresBenchmark
{
    /// <summary>Runs it, and keeps the result of a whole run.</summary>
    public static async Task RunAsync(PostgresBenchmarkOptions options, CancellationToken cancellationToken)
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
        await using var server = await PostgresServer.StartAsync();
        Tell($"server     PostgreSQL {await server.AskAsync<string>("postgres", "SHOW server_version")}, fsync "
            + $"{await server.AskAsync<string>("postgres", "SHOW fsync")}, synchronous_commit "
            + await server.AskAsync<string>("postgres", "SHOW synchronous_commit"));
        Tell(string.Empty);
        Tell($"batches of 10,000 readings, a commit each, {options.Seconds} s a writer and round");
        Tell($"{"",-20} {PostgresTrial.Header}  of raw");
        for (var round = 0; round < options.Rounds; round++)
        {
            double raw = 0;
            foreach (var name in Names(options.Only))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var said = await RunElsewhereAsync(server, name, options.Seconds);
                var perSecond = double.Parse(said.AsSpan(0, 12), CultureInfo.InvariantCulture);
                raw = name is RawCopyWriter.Name ? perSecond : raw;
                Tell(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {said} {perSecond / raw,7:P0}"));
            }
        }

        if (options.Only is null)
        {
            var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
            var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(Path.Combine(folder, $"postgres-{time}.txt"), lines, CancellationToken.None);
        }
    }

    private static IEnumerable<string> Names(string? only) =>
        NorthWriter.All.Keys
            .Where(name => only is null || string.Equals(name, only, StringComparison.Ordinal))
            .Prepend(RawCopyWriter.Name);

    /// <summary>Each with an empty database, and nothing left to write from the one before.</summary>
    private static async Task<string> RunElsewhereAsync(PostgresServer server, string name, int seconds)
    {
        var database = await server.CreateDatabaseAsync();
        await server.RunAsync("postgres", "CHECKPOINT");
        string[] numbers = [server.Port.ToString(CultureInfo.InvariantCulture), database];
        var said = await ChildProcess.RunAsync(
            "dotnet",
            [
                typeof(PostgresBenchmark).Assembly.Location, "postgres-write", name, .. numbers,
                seconds.ToString(CultureInfo.InvariantCulture),
            ]);
        await server.RunAsync("postgres", $"DROP DATABASE {database}");
        return said[^1];
    }
}
