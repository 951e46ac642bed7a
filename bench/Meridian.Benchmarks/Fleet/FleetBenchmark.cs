using System.Globalization;
using System.Text.Json;
using Meridian.Benchmarks.Carriers;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Fleet;

/// <summary>
/// What each connector of the fleet costs in the gateway as users run it, journal with fsync included: processor time
/// for a million readings, and memory at half of them and at the end.
/// </summary>
internal static class FleetBenchmark
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it, and keeps the result of a whole run.</summary>
    public static async Task RunAsync(FleetBenchmarkOptions options, CancellationToken cancellationToken)
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

        Tell(string.Empty);
        Tell($"{options.Count:N0} readings of one point; the gateway's process from its start on, one connector and a "
            + "simple other end");
        Tell($"{"",-22} readings/s  CPU s/million  peak MB at half  at the end");
        foreach (var flow in FleetFlow.All.Where(
            flow => options.Only is null || flow.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            Tell($"{flow.Name,-22} {await MeasureAsync(flow, options.Count, cancellationToken)}");
        }

        if (options.Only is null)
        {
            var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
            var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(Path.Combine(folder, $"fleet-{time}.txt"), lines, CancellationToken.None);
        }
    }

    private static async Task<string> MeasureAsync(FleetFlow flow, int count, CancellationToken cancellationToken)
    {
        await using var plant = new FleetPlant(count);
        var (south, north) = await flow.MakeAsync(plant);
        var file = plant.At("meridian.json");
        await File.WriteAllTextAsync(
            file, $$"""{ "souths": [ {{south}} ], "norths": [ {{north}} ] }""", cancellationToken);
        var data = plant.At("data");
        await using var gateway = GatewayProcess.Run(file, data);
        await gateway.WaitUntilReadyAsync();
        var started = TimeProvider.System.GetTimestamp();
        var half = 0L;
        for (var delivered = 0L; delivered < count;)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException(
                    $"{flow.Name}: {delivered} of {count} were delivered.\n{gateway.Process.Log}");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            delivered = await CountDeliveredAsync(data);
            half = half == 0 && delivered >= count / 2 ? gateway.Process.Figures.PeakMemoryBytes : half;
        }

        var took = TimeProvider.System.GetElapsedTime(started);
        var figures = gateway.Process.Figures;
        _ = await gateway.StopAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / took.TotalSeconds,10:F0} {figures.CpuSeconds * 1e6 / count,14:F2} {half / 1e6,16:F0} "
            + $"{figures.PeakMemoryBytes / 1e6,11:F0}");
    }

    /// <summary>As a user asks; the process that asks is none of the gateway's.</summary>
    private static async Task<long> CountDeliveredAsync(string data)
    {
        var said = await ChildProcess.RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [GatewayProcess.RequireHost(), "status", "--json", "--data", data],
            new ChildProcessOptions { KeptLines = 10_000 });
        using var status = JsonDocument.Parse(string.Join('\n', said));
        return status.RootElement.GetProperty("account").GetProperty("delivered").GetInt64();
    }
}
