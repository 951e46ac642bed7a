using Meridian.Configuration;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Souths;

/// <summary>The past of items, from a source through the journal to a North.</summary>
public sealed class HistoryQueryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly NorthPeer _north = new();
    private readonly List<(string Point, DateTimeOffset At)> _got = [];

    [Fact]
    public async Task Past_IsBroughtOnceInWindowsAndGoesOnWithTheClock()
    {
        await using var gateway = Gateway(out var begin, "a", "b");
        gateway.South.PageSize = 7;
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => Got() == 2 * 60 * 24, Minute / 4);
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow > begin + TimeSpan.FromDays(1.1), Minute);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);

        AssertEachOnce();
        Assert.True(gateway.Account.IsBalanced);
        Assert.All(
            gateway.South.Asked, asked => Assert.True(asked.Window.End - asked.Window.Start <= TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Kill_BetweenPages_LeavesNeitherHoleNorRepeat()
    {
        await using var gateway = Gateway(out _, "a", "b", "c");
        gateway.South.PageSize = 11;
        await gateway.RunAsync();
        for (var kills = 1; kills <= 4; kills++)
        {
            var enough = kills * 700;
            await gateway.UntilLaterAsync(() => Got() >= enough, TimeSpan.FromMilliseconds(50));
            await gateway.StopAsync();
            await gateway.RunAsync();
        }

        await gateway.UntilLaterAsync(() => Got() == 3 * 60 * 24, Minute / 4);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);

        AssertEachOnce();
    }

    [Fact]
    public async Task Cut_AtAnyMoment_GoesOnFromWhatTheJournalHolds()
    {
        await using var gateway = Gateway(out _, "a", "b");
        gateway.South.PageSize = 13;
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(() => Got() >= 500, TimeSpan.FromMilliseconds(50));
        var cut = gateway.Cut();
        await gateway.StopAsync();

        // Another gateway goes on with the copy: what its journal holds is all that counts.
        lock (_got)
        {
            _got.Clear();
        }

        gateway.Folder = cut;
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(
            () => gateway.Account is { Received: 2 * 60 * 24, Waiting: 0 }, Minute / 4);

        Assert.Equal(2 * 60 * 24, gateway.Account.Received);
        AssertEachOnce();
    }

    [Fact]
    public async Task Source_ThatFailsInTheMiddle_IsAskedAgainWithoutRepeats()
    {
        await using var gateway = Gateway(out _, "a", "b");
        gateway.South.PageSize = 10;
        var pages = 0;
        gateway.South.OnPage = _ =>
        {
            if (Interlocked.Increment(ref pages) % 17 == 0)
            {
                throw new ConnectorException(Fault.Unreachable, "The line is down.");
            }
        };
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => Got() == 2 * 60 * 24, Minute / 4);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);

        AssertEachOnce();
        Assert.True(gateway.South.Connects > 5);
    }

    [Fact]
    public async Task Item_ThatTheSourceRefuses_LeavesTheOthers()
    {
        await using var gateway = Gateway(out _, "a");
        gateway.South.Archive.Add("odd", []);
        gateway.Config = gateway.Config with
        {
            Souths =
            [
                gateway.South.Config("s", SouthPeer.WithPast("a", Minute), SouthPeer.WithPast("odd", 2 * Minute))
                    with { History = gateway.Config.Souths[0].History },
            ],
        };
        gateway.South.OnPage = item =>
        {
            if (item.Name is "odd")
            {
                throw new ConnectorException(Fault.Misconfigured, "There is no such tag.");
            }
        };
        await gateway.RunAsync();

        // The one that is refused has its turn when the other's past is there.
        await gateway.UntilLaterAsync(
            () => Got() == 60 * 24 && gateway.Engine.GetStatus().Souths[0].ItemProblems.ContainsKey("odd"), Minute / 4);

        Assert.Equal("There is no such tag.", gateway.Engine.GetStatus().Souths[0].ItemProblems["odd"]);
        Assert.False(gateway.Engine.GetStatus().Souths[0].ItemProblems.ContainsKey("a"));
        AssertEachOnce();
    }

    [Fact]
    public async Task NewestFirst_SeesWhatIsNewWhileThePastIsRecovered()
    {
        await using var gateway = Gateway(
            out var begin, new HistoryConfig { Recovery = HistoryRecovery.NewestFirst, ReadDelay = Minute }, "a");
        await gateway.RunAsync();
        var newest = DateTimeOffset.MinValue;
        var after = begin + TimeSpan.FromHours(24) + (10 * Minute);

        await gateway.UntilLaterAsync(() => (newest = Newest()) >= after, Minute / 4);

        Assert.True(Got() < 60 * 24, "It must come before the whole past is there.");
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow > after + TimeSpan.FromHours(1), Minute / 4);
        AssertEachOnce();
    }

    /// <summary>A day lies behind the items, one reading a minute, and as much before them.</summary>
    private TestGateway Gateway(out DateTimeOffset begin, params string[] items) =>
        Gateway(out begin, new HistoryConfig { ReadDelay = TimeSpan.FromMilliseconds(200) }, items);

    private TestGateway Gateway(out DateTimeOffset begin, HistoryConfig history, params string[] items)
    {
        _north.OnHandle = (batch, _) =>
        {
            lock (_got)
            {
                foreach (var reading in batch.Readings.Span)
                {
                    _got.Add((reading.Point, reading.Timestamp));
                }
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        var gateway = new TestGateway();
        var first = begin = gateway.Clock.TrueNow - TimeSpan.FromDays(1);
        gateway.South.SourceTime = () => gateway.Clock.TrueNow;
        foreach (var item in items)
        {
            gateway.South.Archive.Add(item, Enumerable.Range(0, 60 * 48).Select(number => first + (number * Minute))
                .Select(at => new ArchiveSample(new Reading(item, at, ReadingValue.From(at.UtcTicks)), at)));
        }

        gateway.Config = new MeridianConfig
        {
            Souths =
            [
                gateway.South.Config("s", [.. items.Select(item => SouthPeer.WithPast(item, Minute))])
                    with { History = history with { Start = first } },
            ],
            Norths = [_north.Config("n")],
        };
        return gateway;
    }

    private int Got()
    {
        lock (_got)
        {
            return _got.Count(one => one.At < new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        }
    }

    private DateTimeOffset Newest()
    {
        lock (_got)
        {
            return _got.Count == 0 ? default : _got.Max(one => one.At);
        }
    }

    private void AssertEachOnce()
    {
        lock (_got)
        {
            foreach (var item in _got.GroupBy(one => one.Point, StringComparer.Ordinal))
            {
                var times = item.Select(one => one.At).Order().ToArray();
                Assert.Equal(times.Distinct(), times);
                if (times[^1] - times[0] == (times.Length - 1) * Minute)
                {
                    continue;
                }

                Assert.Fail($"Item '{item.Key}' has holes: {times.Length} from {times[0]:O} to {times[^1]:O}.");
            }
        }
    }
}
