using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Benchmarks.Clients.Contestants;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Clients;

/// <summary>
/// MQTT clients beside each other against a peer that does only wire work, each client in its own process, in turn:
/// A-B-C-A-B-C, so that a machine that slows down slows all of them down.
/// </summary>
internal static class ClientsBenchmark
{
    /// <summary>Runs it and keeps the result.</summary>
    /// <returns>The process's exit code: 0 when every client that is here ran.</returns>
    public static async Task<int> RunAsync(ClientsBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        void Tell(string line)
        {
            lines.Add(line);
            Console.WriteLine(line);
        }

        foreach (var line in Machine.Describe().Concat(Describe(options)))
        {
            Tell(line);
        }

        foreach (var missing in options.Contestants.Where(contestant => contestant.Missing is not null))
        {
            Tell($"missing    {missing.Name}: {missing.Missing}");
        }

        var isComplete = true;
        foreach (var work in options.Works)
        {
            Tell(string.Empty);
            var (results, failures) = await RunAsync(work, options, cancellationToken);
            foreach (var line in results.Describe().Concat(failures))
            {
                Tell(line);
            }

            isComplete &= failures.Count == 0;
        }

        await KeepAsync(lines);
        return isComplete ? 0 : 1;
    }

    /// <summary>All rounds of one work. A client that fails once is left out of its further rounds.</summary>
    private static async Task<(WorkResults Results, List<string> Failures)> RunAsync(
        ClientWork work, ClientsBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var results = new WorkResults(work);
        var settings = new TrialSettings(work, Port: 0)
        {
            WarmUp = options.WarmUp,
            Duration = work.Kind == ClientWorkKind.Idle ? options.IdleDuration : options.Duration,
            Window = options.Window,
            ProtocolLevel = options.ProtocolLevel,
        };
        var failures = new List<string>();
        var running = options.Contestants.Where(each => each.Missing is null && each.Does(work)).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var contestant in running.ToList())
            {
                try
                {
                    results.Add(contestant, await ClientTrial.RunAsync(contestant, settings, cancellationToken));
                }
                catch (Exception error) when (error is InvalidOperationException or TimeoutException
                    && !cancellationToken.IsCancellationRequested)
                {
                    running.Remove(contestant);
                    failures.AddRange(Explain(contestant, error));
                }
            }
        }

        return (results, failures);
    }

    /// <summary>Without the stack traces: they name folders of this machine.</summary>
    private static IEnumerable<string> Explain(Contestant contestant, Exception error) => error.Message
        .Split('\n')
        .Where(static line => !line.StartsWith("   at ", StringComparison.Ordinal))
        .Select(line => $"  {contestant.Name} failed: {line}");

    private static IEnumerable<string> Describe(ClientsBenchmarkOptions options)
    {
        var version = options.ProtocolLevel == 5 ? "5.0" : "3.1.1";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"load       MQTT {version}, {ClientWork.PayloadBytes}-byte payloads, window {options.Window}");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"trial      {options.Duration.TotalSeconds:0.##} s (idle {options.IdleDuration.TotalSeconds:0.##} s) "
            + $"after {options.WarmUp.TotalSeconds:0.##} s of warm-up; the median of {options.Rounds} rounds");
    }

    private static Task KeepAsync(List<string> lines)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "bench", "results");
        Directory.CreateDirectory(folder);
        var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        return File.WriteAllLinesAsync(Path.Combine(folder, $"clients-{time}.txt"), lines, CancellationToken.None);
    }
}
