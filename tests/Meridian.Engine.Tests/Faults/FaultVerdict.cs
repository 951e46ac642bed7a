using Meridian.Engine.Accounts;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Faults;

/// <summary>Whether everything arrived, and nothing else, as a plant's books want it.</summary>
internal sealed class FaultVerdict
{
    private readonly FaultPlant _plant;
    private readonly Dictionary<FaultDestination, FaultQuarantine> _quarantines;
    private readonly Dictionary<long, Datum> _journal;
    private readonly HashSet<Datum> _files;

    /// <summary>Takes what the keeper has and refused for what the journal held.</summary>
    private FaultVerdict(FaultPlant plant)
    {
        _plant = plant;
        _quarantines = plant.Destinations.ToDictionary(static one => one, plant.QuarantineOf);
        var keeper = plant.Destinations[0];
        _journal = new Dictionary<long, Datum>(_quarantines[keeper].Readings);
        foreach (var (position, reading) in keeper.North.Positions.Zip(keeper.North.Readings))
        {
            Assert.True(_journal.TryAdd(position, Datum.Of(reading)), $"'keeper' has position {position} twice.");
        }

        _files = [.. _quarantines[keeper].Files, .. keeper.Files];
    }

    /// <summary>What the gateway owes, and the keeper has not, neither stored nor refused.</summary>
    public static IReadOnlyList<Datum> MissingAtKeeper(FaultPlant plant, DateTimeOffset until)
    {
        var keeper = plant.Destinations[0];
        var quarantine = plant.QuarantineOf(keeper);
        HashSet<Datum> there =
        [
            .. quarantine.Readings.Values,
            .. quarantine.Files,
            .. keeper.North.Readings.Select(static reading => Datum.Of(reading)),
            .. keeper.Files,
        ];
        return [.. Owed(plant, until).Where(one => !there.Contains(one))];
    }

    /// <summary>Throws where the end is not as it must be.</summary>
    /// <returns>What has happened, to see that it does.</returns>
    public static FaultCounts Check(FaultPlant plant, DateTimeOffset until)
    {
        Assert.Empty(MissingAtKeeper(plant, until));
        var verdict = new FaultVerdict(plant);
        var account = plant.Gateway.Account;
        Assert.Equal(account.Received, verdict._journal.Count + verdict._files.Count);
        verdict.CheckSources();
        foreach (var (index, destination) in plant.Destinations.Index())
        {
            verdict.CheckContent(destination);
            verdict.CheckAccount(destination, plant.Gateway.North(index), account.Received);
        }

        foreach (var destination in plant.Gone)
        {
            verdict.CheckContent(destination);
        }

        var refused = verdict._quarantines.Values.SelectMany(static one => one.Positions).Distinct().LongCount();
        Assert.Equal((0L, refused), (account.Waiting, account.Quarantined));
        Assert.True(account.IsBalanced);
        return new FaultCounts(
            account.Received,
            verdict._journal.Count - verdict._journal.Values.Distinct().Count(),
            plant.Destinations.Sum(static one => one.North.Positions.Count - one.North.Positions.Distinct().Count()),
            account.Quarantined,
            account.Filtered,
            plant.Steps.CountBy(static step => step, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
    }

    private static IEnumerable<Datum> Owed(FaultPlant plant, DateTimeOffset until) =>
    [
        .. plant.Receipts.SelectMany(offer => plant.Offered[offer]).Select(static value => new Datum("p", value)),
        .. plant.Sources.SelectMany(static source => source.Owed).Select(static one => new Datum(one.Value, one.Key)),
        .. plant.Sources.SelectMany(static source => source.OwedFiles.Keys).Select(Datum.OfFile),
        .. plant.Sources
            .SelectMany(static source => source.PointsWithPast.SelectMany(source.South.Archive.SamplesOf))
            .Where(sample => sample.Reading.Timestamp < until)
            .Select(static sample => Datum.Of(sample.Reading)),
    ];

    /// <summary>Nothing invented, nothing taken twice but what its source gave twice, in the order of each source.
    /// </summary>
    private void CheckSources()
    {
        var points = _journal
            .OrderBy(static entry => entry.Key)
            .Select(static entry => entry.Value)
            .GroupBy(static datum => datum.Name, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.Ordinal);
        var calm = points.GetValueOrDefault("p", []);
        _ = points.Remove("p");
        var offered = _plant.Offered.OrderBy(static offer => offer.Key).SelectMany(static offer => offer.Value);
        Assert.Equal(offered.Select(static value => new Datum("p", value)).Where(calm.ToHashSet().Contains), calm);
        foreach (var source in _plant.Sources)
        {
            Assert.Subset(source.Files, _files.Where(file => file.IsOf(source)).ToHashSet());
            foreach (var (point, found) in points.Where(entry => entry.Value[0].IsOf(source)))
            {
                _ = points.Remove(point);
                CheckPoint(source, point, found);
            }
        }

        Assert.Empty(points);
    }

    private static void CheckPoint(FaultSource source, string point, Datum[] found)
    {
        var said = source.South.Archive.SamplesOf(point).Select(static one => Datum.Of(one.Reading)).ToHashSet();
        var kind = source.Kinds[point];
        Assert.All(found, datum => Assert.True(
            said.Contains(datum) || (kind == SouthCapabilities.LastPoint && datum.Number < 0),
            $"{datum} is invented."));
        if (kind == SouthCapabilities.LastPoint)
        {
            Assert.Equal(found.OrderBy(static datum => datum.Number), found);
        }
        else if (kind == SouthCapabilities.Subscription)
        {
            Assert.All(found.CountBy(static datum => datum), entry => Assert.InRange(
                entry.Value, 1, source.OffersOf(entry.Key.Number)));
            Assert.Equal(found.Distinct().OrderBy(static datum => datum.Number), found.Distinct());
        }
        else
        {
            Assert.Equal(found.Length, found.Distinct().Count());
        }
    }

    /// <summary>What a destination has lies in the journal, in its order, and once where it can tell.</summary>
    private void CheckContent(FaultDestination destination)
    {
        var positions = destination.North.Positions;
        foreach (var (position, reading) in positions.Zip(destination.North.Readings))
        {
            Assert.True(
                _journal.TryGetValue(position, out var datum) && datum == Datum.Of(reading),
                $"'{destination.Name}' has {Datum.Of(reading)} at {position}, where the journal, which ends at "
                + $"{_plant.Gateway.Account.Received}, has {datum}.");
            Assert.False(FaultDestination.Refuses(reading));
            Assert.True(destination.TakesFrom(Datum.Of(reading).Source));
        }

        Assert.Equal(positions.Distinct().Order(), positions.Distinct());
        var files = destination.Files.ToArray();
        Assert.Subset(_files, files.ToHashSet());
        if (destination.KeepsCursor)
        {
            Assert.Equal(positions.Distinct().Count(), positions.Count);
            Assert.Equal(files.Distinct().Count(), files.Length);
        }
    }

    /// <summary>Everything from the cursor's start on has one fate, and the account says which.</summary>
    private void CheckAccount(FaultDestination destination, NorthAccount account, long end)
    {
        var start = end - account.Routed - account.Unrouted;
        var quarantine = _quarantines[destination];
        var stored = destination.North.Positions.Where(position => position >= start).ToHashSet();
        var routed = _journal
            .Where(entry => entry.Key >= start && destination.TakesFrom(entry.Value.Source))
            .ToDictionary();
        Datum[] filtered =
        [
            .. routed
                .Where(entry => !stored.Contains(entry.Key) && !quarantine.Positions.Contains(entry.Key))
                .Select(static entry => entry.Value),
        ];
        Assert.All(filtered, datum => Assert.True(
            destination.HasTransformed && FaultDestination.MayBeFiltered(datum.Name), $"{datum} is lost."));
        Assert.All(quarantine.Readings, entry => Assert.Equal(routed[entry.Key], entry.Value));
        var files = destination.Files.ToHashSet();
        (long Delivered, long Quarantined, long Filtered, long Waiting) expected =
            (stored.Count + files.Count, quarantine.Positions.Count, filtered.Length, 0);
        Assert.Equal(expected, (account.Delivered, account.Quarantined, account.Filtered, account.Waiting));
        if (start == 0)
        {
            Assert.Equal(
                _files.Where(file => destination.TakesFrom(file.Source)).ToHashSet(),
                files.Union(quarantine.Files).ToHashSet());
        }
    }
}
