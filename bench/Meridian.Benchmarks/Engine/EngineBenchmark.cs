using System.Diagnostics;
using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Engine;

/// <summary>What the engine costs by itself: between a source and a destination that cost next to nothing.</summary>
internal static class EngineBenchmark
{
    private static readonly (string Name, int Souths, int PerSecond)[] Flows =
    [
        ("100,000/s, 1 South", 1, 100_000),
        ("as many as go, 1 South", 1, 0),
        ("as many as go, 2 Souths", 2, 0),
    ];

    /// <summary>Runs it, and keeps the result of a whole run.</summary>
    public static async Task RunAsync(EngineBenchmarkOptions options, CancellationToken cancellationToken)
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
        Tell(string.Empty);
        Tell($"10,000 items, batches of 1,000 readings, {options.Seconds} s each");
        Tell(FlowTrial.Header);
        foreach (var (name, souths, perSecond) in Flows.Where(flow => IsMeant(flow.Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tell($"{name,-23} {await RunElsewhereAsync(souths, perSecond, options.Seconds)}");
        }

        Tell(string.Empty);
        Tell($"one item among 50,000, {options.Changes} times");
        Tell("until it runs so           least ms median ms   most ms");
        foreach (var isPolled in new[] { false, true })
        {
            if (IsMeant(isPolled ? "polled" : "subscribed"))
            {
                (await ChangeTrial.RunAsync(isPolled, options.Changes)).ToList().ForEach(Tell);
            }
        }

        if (options.Only is null)
        {
            var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
            var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(Path.Combine(folder, $"engine-{time}.txt"), lines, CancellationToken.None);
        }

        bool IsMeant(string name) => options.Only is null || name.Contains(options.Only, StringComparison.Ordinal);
    }

    private static async Task<string> RunElsewhereAsync(int souths, int perSecond, int seconds)
    {
        string[] numbers =
            [.. new[] { souths, perSecond, seconds }.Select(static one => one.ToString(CultureInfo.InvariantCulture))];
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        string[] words = [typeof(EngineBenchmark).Assembly.Location, "engine-flow", .. numbers];
        Array.ForEach(words, start.ArgumentList.Add);
        using var process = Process.Start(start)!; // "dotnet" runs this, so it is there
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.TrimEnd();
    }
}
