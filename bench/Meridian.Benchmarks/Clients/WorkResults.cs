using System.Globalization;
using Meridian.Benchmarks.Clients.Contestants;

namespace Meridian.Benchmarks.Clients;

/// <summary>What all clients reached at one work, over all rounds, as a table of medians.</summary>
internal sealed class WorkResults(ClientWork work)
{
    private const string Nothing = "-";

    // A few stragglers are compiled late in every run; the steady path itself is more methods than this.
    private const double ColdFrom = 10;
    private const string RateHeader = "  messages/s     lowest    highest  CPU us/msg  bytes/msg";

    private readonly List<(string Name, List<TrialFigures> Rounds)> _clients = [];

    /// <summary>Adds what a client reached in one round.</summary>
    public void Add(Contestant contestant, TrialFigures figures)
    {
        var rounds = _clients.Find(client => client.Name.Equals(contestant.Name, StringComparison.Ordinal)).Rounds;
        if (rounds is null)
        {
            _clients.Add((contestant.Name, rounds = []));
        }

        rounds.Add(figures);
    }

    /// <summary>The lines of the table.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"{work.Name,-18}" + work.Kind switch
        {
            ClientWorkKind.Idle => " resident KB each   live KB each   % of a core",
            ClientWorkKind.Awaited => RateHeader + "   p50 us   p99 us",
            _ => RateHeader + "  x libmosquitto  x its poll form   of raw",
        };
        foreach (var (name, rounds) in _clients)
        {
            yield return $"  {name,-16} " + work.Kind switch
            {
                ClientWorkKind.Idle => DescribeIdle(rounds),
                ClientWorkKind.Awaited => DescribeRate(rounds) + DescribeRoundTrips(rounds),
                _ => DescribeRate(rounds) + DescribeRatios(rounds),
            };
        }

        foreach (var (name, rounds) in _clients)
        {
            var compiled = Median(rounds, static round => round.CompiledMethods);
            if (compiled > ColdFrom)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name}: {compiled:F0} methods were compiled while it was measured; take a longer --warm-up.");
            }
        }
    }

    private static string DescribeIdle(List<TrialFigures> rounds)
    {
        const double KilobytesOfAll = 1024.0 * ClientWork.IdleConnections;
        var resident = Median(rounds, static round => round.ResidentBytes) / KilobytesOfAll;
        var live = rounds[0].LiveBytes < 0
            ? Nothing
            : (Median(rounds, static round => round.LiveBytes) / KilobytesOfAll).ToString(
                "F1", CultureInfo.InvariantCulture);
        var percent = Median(rounds, static round => round.CpuMicroseconds / round.Seconds / 1e6 * 100);
        return string.Create(CultureInfo.InvariantCulture, $"{resident,16:F1} {live,14} {percent,13:F2}");
    }

    private static string DescribeRate(List<TrialFigures> rounds)
    {
        var allocated = rounds[0].AllocatedBytes < 0
            ? Nothing
            : Median(rounds, static round => round.AllocatedBytes / (double)Math.Max(1, round.Messages)).ToString(
                "F2", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{MedianRate(rounds),12:F0} {rounds.Min(static round => round.PerSecond),10:F0} "
            + $"{rounds.Max(static round => round.PerSecond),10:F0} "
            + $"{Median(rounds, static round => round.CpuMicrosecondsPerMessage),11:F3} {allocated,10}");
    }

    private static string DescribeRoundTrips(List<TrialFigures> rounds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(rounds, static round => round.MedianMicroseconds),9:F1}"
        + $"{Median(rounds, static round => round.P99Microseconds),9:F1}");

    private string DescribeRatios(List<TrialFigures> rounds) =>
        $" {Ratio(rounds, AllContestants.LibmosquittoThread, "F1"),15}"
        + $" {Ratio(rounds, AllContestants.LibmosquittoPoll, "F1"),16}"
        + $" {Ratio(rounds, AllContestants.Raw, "P0"),8}";

    private string Ratio(List<TrialFigures> rounds, string to, string format)
    {
        var others = _clients.Find(client => client.Name.Equals(to, StringComparison.Ordinal)).Rounds;
        return others is null
            ? Nothing
            : (MedianRate(rounds) / MedianRate(others)).ToString(format, CultureInfo.InvariantCulture);
    }

    private static double MedianRate(List<TrialFigures> rounds) => Median(rounds, static round => round.PerSecond);

    private static double Median(List<TrialFigures> rounds, Func<TrialFigures, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
