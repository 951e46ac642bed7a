using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Simulation;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
public sealed class SimulatedSouthTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();
    private readonly SimulatedSouth _source;
    private readonly TestSouthContext _context;
    private readonly ISouth _connector;

    public SimulatedSouthTests()
    {
        _source = new SimulatedSouth(_clock);
        _context = new TestSouthContext(new TestContextOptions { Time = _clock });
        _connector = _source.Manifest.Create(_context, new SimulatedSouthSettings { PageReadings = 3 });
    }

    private IQueriesSubscription Subscriber => (IQueriesSubscription)_connector;

    public Task InitializeAsync() => _connector.ConnectAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _connector.DisconnectAsync(CancellationToken.None);
        await _connector.StopAsync(CancellationToken.None);
        await _context.DisposeAsync();
        Assert.Empty(_context.Mistakes);
        Assert.Equal(0, _clock.TimerCount);
        Assert.Equal(0, _source.ConnectionCount);
    }

    [Fact]
    public void Manifest_OfASource_HasEveryCapability() => Assert.Equal(
        SouthCapabilities.LastPoint | SouthCapabilities.History | SouthCapabilities.File
            | SouthCapabilities.Subscription | SouthCapabilities.Setpoints | SouthCapabilities.Next,
        _source.Manifest.Capabilities);

    [Fact]
    public async Task Rate_WhenTheClockMovesFar_GivesEveryReadingAtItsTime()
    {
        var start = _clock.GetUtcNow();
        await Subscriber.SubscribeAsync([ItemOf("a", TimeSpan.FromMilliseconds(100))], CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await _context.UntilAsync(() => _context.Readings.Count == 10, Limit));
        Assert.Equal(
            Enumerable.Range(1, 10).Select(n => (start + TimeSpan.FromMilliseconds(100 * n), (long)n)),
            _context.Readings.Select(static reading => (reading.Timestamp, reading.Value.AsInt64())));
    }

    [Fact]
    public async Task Said_AndNotStored_ComesAgainOnTheNextConnection()
    {
        await Subscriber.SubscribeAsync([ItemOf("a")], CancellationToken.None);
        _context.HoldReceipts();
        _source.Say("a", ReadingValue.From(7L));
        Assert.True(await _context.UntilAsync(() => _context.WaitingReceipts == 1, Limit));

        await _connector.DisconnectAsync(CancellationToken.None);
        await _context.EndAsync();
        await using var next = _context.Restart();
        var again = (IQueriesSubscription)_source.Manifest.Create(next, new SimulatedSouthSettings());
        await again.ConnectAsync(CancellationToken.None);
        await again.SubscribeAsync([ItemOf("a")], CancellationToken.None);

        Assert.True(await next.UntilAsync(() => next.Readings.Count == 1, Limit));
        Assert.Equal(1, next.RepeatedCount);
        await again.DisconnectAsync(CancellationToken.None);
    }

    [Fact]
    public async Task History_WithLateSamples_GivesWhatHasArrivedPageByPage()
    {
        var start = _clock.GetUtcNow();
        _source.Archive.Add(Enumerable.Range(0, 10).Select(n => new SimulatedSample(
            new Reading("a", start.AddSeconds(n), ReadingValue.From((long)n)),
            n == 4 ? start.AddHours(1) : start)));
        var window = new HistoryWindow(start, start.AddSeconds(10));

        var before = await PagesAsync(window);
        _clock.Advance(TimeSpan.FromHours(1));
        var after = await PagesAsync(window);

        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], Values(before));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Values(after));
        Assert.Equal(3, before.Count);
        Assert.Equal(window.Start, before[0].Covered.Start);
        Assert.Equal(window.End, before[^1].Covered.End);
    }

    [Fact]
    public async Task Files_ListedAndMoved_AreWhereTheyWerePut()
    {
        _source.Files.Write("in/one.csv", "1"u8.ToArray());
        _source.Files.Write("other/two.csv", "2"u8.ToArray());

        var files = await ((IQueriesFile)_connector).QueryFileAsync(ItemOf("in"), CancellationToken.None)
            .ToListAsync();
        var file = Assert.Single(files);
        await file.MoveTo!("archive", CancellationToken.None);

        Assert.Equal("one.csv", file.Path);
        Assert.Equal(["in/archive/one.csv", "other/two.csv"], _source.Files.Paths);
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await file.OpenRead(CancellationToken.None));
    }

    [Fact]
    public async Task Script_FailHangLate_DoWhatTheySay()
    {
        var south = (IQueriesLastPoint)_connector;
        _source.Say("a", ReadingValue.From(1L));
        _source.Script.Next(SimulatedCall.QueryLastPoint, SimulatedDeed.Fail(Fault.Rejected, "Not this one."));
        _source.Script.Next(SimulatedCall.QueryLastPoint, SimulatedDeed.Hang);
        _source.Script.Next(SimulatedCall.QueryLastPoint, SimulatedDeed.Late(TimeSpan.FromSeconds(2)));

        var refused = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(CancellationToken.None));
        using var stop = new CancellationTokenSource();
        var hanging = AskAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        var late = AskAsync(CancellationToken.None);
        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(refused.IsTransient);
        Assert.Equal(1, (await late).Readings.Span[0].Value.AsInt64());

        Task<Sdk.Intakes.ReadingsContent> AskAsync(CancellationToken token) =>
            south.QueryLastPointAsync([ItemOf("a")], token).AsTask();
    }

    [Fact]
    public async Task Vanish_WhileConnected_IsReportedAndFailsCallsUntilItReturns()
    {
        _source.Vanish();
        Assert.True(await _context.UntilAsync(() => _context.Losses.Count == 1, Limit));
        await _connector.DisconnectAsync(CancellationToken.None);

        var absent = await Assert.ThrowsAsync<ConnectorException>(
            () => _connector.ConnectAsync(CancellationToken.None));
        _source.Return();
        await _connector.ConnectAsync(CancellationToken.None);

        Assert.Equal(Fault.Unreachable, absent.Fault);
        Assert.Equal(1, _source.ConnectionCount);
    }

    private static Item ItemOf(string point, TimeSpan? period = null) =>
        new(point, new SimulatedItemSettings { Point = point, Period = period });

    private static IEnumerable<long> Values(IEnumerable<HistoryPage> pages) =>
        pages.SelectMany(static page => page.Readings.ToArray()).Select(static reading => reading.Value.AsInt64());

    private async Task<IReadOnlyList<HistoryPage>> PagesAsync(HistoryWindow window) =>
        await ((IQueriesHistory)_connector).QueryHistoryAsync([ItemOf("a")], window, CancellationToken.None)
            .ToListAsync();
}
