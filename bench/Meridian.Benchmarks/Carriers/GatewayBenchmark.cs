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
        foreach (var (rate, start) in options.Trials)
        {
            await using var carrier = await start();
            var figures = await CarrierTrial.RunAsync(carrier, rate, options.Duration, cancellationToken);
            isComplete &= figures.Arrivals.Missing == 0;
            Tell(figures.ToString());
        }

        var folder = Path.Combine(RepositoryRoot.Path, "bench", "results");
        Directory.CreateDirectory(folder);
        var day = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path.Combine(folder, $"gateway-{day}.txt"), lines, CancellationToken.None);
        return isComplete ? 0 : 1;
    }
}

/// <summary>What of the ladder runs.</summary>
/// <param name="Duration">How long each.</param>
/// <param name="Trials">The rates, messages a second, each with who carries.</param>
internal sealed record GatewayBenchmarkOptions(
    TimeSpan Duration, IReadOnlyList<(int Rate, Func<Task<ICarrier>> Start)> Trials)
{
    private static readonly int[] BrokerRates = [5_000, 10_000, 15_000, 20_000, 25_000, 30_000];
    private static readonly int[] WireRates = [20_000, 100_000, 200_000, 300_000];

    /// <summary>Reads the words after <c>gateway</c>.</summary>
    /// <exception cref="ArgumentException">A word is not known.</exception>
    public static GatewayBenchmarkOptions Parse(string[] words)
    {
        int[]? rates = null;
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
                case "--only" when words[i + 1] is "meridian" or "bridge" or "wire":
                    only = words[i + 1];
                    break;
                default:
                    throw new ArgumentException(
                        $"'{words[i]} {words[i + 1]}' is not known; see --help.", nameof(words));
            }
        }

        var trials = new List<(int Rate, Func<Task<ICarrier>> Start)>();
        foreach (var rate in rates ?? BrokerRates)
        {
            if (only is "" or "meridian")
            {
                trials.Add((rate, static async () => await MeridianCarrier.StartAsync()));
            }

            if (only is "" or "bridge")
            {
                trials.Add((rate, static async () => await BridgeCarrier.StartAsync()));
            }
        }

        if (only is "" or "wire")
        {
            trials.AddRange((rates ?? WireRates).Select(
                static rate => (rate, new Func<Task<ICarrier>>(static async () => await WireCarrier.StartAsync()))));
        }

        return new GatewayBenchmarkOptions(TimeSpan.FromSeconds(seconds), trials);
    }
}
