using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>The ladder: Meridian and mosquitto's bridge, one after the other, at each rate.</summary>
internal static class GatewayBenchmark
{
    /// <summary>Runs it and keeps the result.</summary>
    /// <returns>The process's exit code: 0 when nothing was lost at any rate that was sustained.</returns>
    public static async Task<int> RunAsync(GatewayBenchmarkOptions options, CancellationToken cancellationToken)
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

        Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"load       QoS 1, 100-byte payloads, 100 topics, {options.Duration.TotalSeconds:F0} s at each rate"));
        Tell(string.Empty);
        Tell(CarrierFigures.Header);
        var isComplete = true;
        foreach (var rate in options.Rates)
        {
            foreach (var start in options.Carriers)
            {
                await using var carrier = await start();
                var figures = await CarrierTrial.RunAsync(carrier, rate, options.Duration, cancellationToken);
                isComplete &= figures.Arrivals.Missing == 0;
                Tell(figures.ToString());
            }
        }

        var folder = Path.Combine(RepositoryRoot.Path, "bench", "results");
        Directory.CreateDirectory(folder);
        var day = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path.Combine(folder, $"gateway-{day}.txt"), lines, CancellationToken.None);
        return isComplete ? 0 : 1;
    }
}

/// <summary>What of the ladder runs.</summary>
/// <param name="Rates">The rates, messages a second.</param>
/// <param name="Duration">How long each.</param>
/// <param name="Carriers">Who carries.</param>
internal sealed record GatewayBenchmarkOptions(
    IReadOnlyList<int> Rates, TimeSpan Duration, IReadOnlyList<Func<Task<ICarrier>>> Carriers)
{
    /// <summary>Reads the words after <c>gateway</c>.</summary>
    /// <exception cref="ArgumentException">A word is not known.</exception>
    public static GatewayBenchmarkOptions Parse(string[] words)
    {
        int[] rates = [5_000, 10_000, 15_000, 20_000, 25_000, 30_000];
        var (seconds, only) = (30, string.Empty);
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "--rates":
                    rates = [.. words[i + 1].Split(',').Select(rate => int.Parse(rate, CultureInfo.InvariantCulture))];
                    break;
                case "--seconds":
                    seconds = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--only":
                    only = words[i + 1];
                    break;
                default:
                    throw new ArgumentException($"'{words[i]}' is not known; see --help.", nameof(words));
            }
        }

        var carriers = new List<Func<Task<ICarrier>>>();
        if (only is "" or "meridian")
        {
            carriers.Add(static async () => await MeridianCarrier.StartAsync());
        }

        if (only is "" or "bridge")
        {
            carriers.Add(static async () => await BridgeCarrier.StartAsync());
        }

        return new GatewayBenchmarkOptions(rates, TimeSpan.FromSeconds(seconds), carriers);
    }
}
