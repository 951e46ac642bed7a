using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Souths;

/// <summary>A source with a sequence: rows have the numbers from 1, and a position is the number of the last.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisposeAsync is called by the framework.")]
public sealed class NextTests : IAsyncLifetime
{
    private readonly FilePeer _north = new(takesValues: true);
    private readonly ConcurrentQueue<(string Item, long? After)> _asked = [];
    private readonly ConcurrentQueue<long> _got = [];
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly TestGateway _gateway = new();
    private SouthManifest? _manifest;
    private long _rows;
    private int _pageSize = 10;
    private Func<NextPage, NextPage> _onPage = static page => page;

    public NextTests()
    {
        _gateway.South.OnNext = AnswerAsync;
        _north.OnHandle = (batch, _) =>
        {
            foreach (var reading in batch.Readings.Span)
            {
                _got.Enqueue(reading.Value.AsInt64());
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Rows_OverRestarts_ComeOnceInOrderFromWhereTheyStood()
    {
        await StartAsync(SouthPeer.GoingOn("a"));
        for (var round = 1; round <= 3; round++)
        {
            Interlocked.Add(ref _rows, 25);
            await ArrivedAsync(25 * round);
            await _gateway.StopAsync();
            _asked.Clear();
            await _gateway.RunAsync();
            await _gateway.UntilLaterAsync(() => !_asked.IsEmpty);
            Assert.Equal(("a", 25L * round), _asked.First());
        }

        Assert.Equal(Numbers(75), _got);
        Assert.True(_gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Rows_KilledAtEveryPage_ComeOnceEach()
    {
        _pageSize = 3;
        await StartAsync(SouthPeer.GoingOn("a"));
        var random = new Random(20_261_122);
        for (var round = 0; round < 12; round++)
        {
            // The kill is made between two pages, at the moment the next one is asked for.
            var (killAt, cut) = (random.Next(1, 6), (string?)null);
            _onPage = page =>
            {
                if (--killAt == 0)
                {
                    cut = _gateway.Cut();
                }

                return page;
            };
            Interlocked.Add(ref _rows, 20);
            await _gateway.UntilLaterAsync(() => Volatile.Read(ref cut) is not null);
            await _gateway.StopAsync();
            _onPage = static page => page;
            _gateway.Folder = cut!;
            _got.Clear();
            await _gateway.RunAsync();
        }

        await _gateway.UntilLaterAsync(() => _gateway.Account.Received >= _rows);
        await _gateway.UntilLaterAsync(() => _gateway.Account.Waiting == 0);

        Assert.Equal(_rows, _gateway.Account.Received);
        Assert.True(_gateway.Account.IsBalanced);
        Assert.Equal(_got.Order(), _got);
        Assert.Equal(_got.Distinct(), _got);
    }

    [Fact]
    public async Task Files_OfRows_ArriveWithTheirPositionAndGoOnAfterARestart()
    {
        _onPage = static page => page with { Content = FileOf(page) };
        await StartAsync(SouthPeer.GoingOn("a"));
        Interlocked.Add(ref _rows, 15);
        await _gateway.UntilLaterAsync(() => _north.Files.Count == 2);
        await _gateway.StopAsync();
        await _gateway.RunAsync();
        Interlocked.Add(ref _rows, 1);
        await _gateway.UntilLaterAsync(() => _north.Files.Count == 3);

        Assert.Equal(
            ["10.csv=1,2,3,4,5,6,7,8,9,10", "15.csv=11,12,13,14,15", "16.csv=16"],
            _north.Files,
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task EmptyPage_WithAPosition_MovesItAndNothingElse()
    {
        _onPage = static page => page with { Content = new ReadingsContent(default) };
        await StartAsync(SouthPeer.GoingOn("a"));
        Interlocked.Add(ref _rows, 15);
        await _gateway.UntilLaterAsync(() => _asked.Contains(("a", 15L)));
        await _gateway.StopAsync();
        _asked.Clear();
        await _gateway.RunAsync();
        await _gateway.UntilLaterAsync(() => !_asked.IsEmpty);

        Assert.Equal(("a", 15L), _asked.First());
        Assert.Equal(0, _gateway.Account.Received);
    }

    [Fact]
    public async Task Item_ThatIsRefused_HasItsProblemAndTheOthersOfItsUnitGoOn()
    {
        _refused["a"] = "There is no table 'a'.";
        await StartAsync(SouthPeer.GoingOn("a"), SouthPeer.GoingOn("b"));
        Interlocked.Add(ref _rows, 5);
        await ArrivedAsync(5);
        await _gateway.UntilLaterAsync(() => Problems().Count == 1);
        Assert.Equal("There is no table 'a'.", Problems()["a"]);

        _refused.Clear();
        await ArrivedAsync(10);
        await _gateway.UntilLaterAsync(() => Problems().Count == 0);
        Assert.Equal(1, _gateway.South.Connects);
    }

    [Theory]
    [InlineData(0, "a position of 0 bytes; a position has 1 to 4096")]
    [InlineData(4_097, "a position of 4097 bytes; a position has 1 to 4096")]
    public async Task Position_OfAWrongLength_IsNotTaken(int length, string problem)
    {
        _onPage = page => page with { Position = new byte[length] };
        await RefusesAsync(problem);
    }

    [Fact]
    public async Task Position_ThatStandsStill_IsNotTakenTwice()
    {
        _onPage = static page => page with { Position = new byte[8] };
        await RefusesAsync("whose position is the one it was asked from", taken: 10);
    }

    [Fact]
    public async Task Page_OfTooManyReadingsOrBytes_IsNotTaken()
    {
        _pageSize = NextPage.MaxReadings + 1;
        Interlocked.Add(ref _rows, _pageSize);
        await RefusesAsync("a page of 65537 readings; at most 65536");

        var text = new string('x', NextPage.MaxBytes);
        var large = new ReadingsContent(
            new[] { new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(text)) });
        _onPage = page => page with { Content = large };
        _pageSize = 1;
        await _gateway.UntilLaterAsync(() => Problems().Values.Any(static problem =>
            problem.Contains("with 8388624 bytes; at most 8388608", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Item_ThatMovesToAnotherUnitWhileItIsAsked_IsAskedOnceAtATime()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.South.OnNext = (item, position, stop) => HeldAsync(item, position, gate.Task, stop);
        Interlocked.Add(ref _rows, 5);
        await StartAsync(SouthPeer.GoingOn("a"));
        await _gateway.UntilLaterAsync(() => !_asked.IsEmpty);
        var moved = SouthPeer.GoingOn("a", "other") with { Schedule = new PeriodSchedule(TimeSpan.FromSeconds(2)) };
        await _gateway.Engine.ApplyAsync(ConfigOf(moved), CancellationToken.None);
        var moments = 50;
        await _gateway.UntilLaterAsync(() => --moments < 0);
        Assert.Single(_asked);

        gate.SetResult();
        await ArrivedAsync(5);
        Assert.Equal(Numbers(5), _got);
    }

    [Fact]
    public async Task Item_WithMuchToGive_DoesNotKeepTheOthersFromTheirTurn()
    {
        _pageSize = 1;
        _onPage = page =>
        {
            // The source is slow: each page takes three seconds.
            _gateway.Clock.Advance(TimeSpan.FromSeconds(3));
            return page;
        };
        Interlocked.Add(ref _rows, 20);
        await StartAsync(SouthPeer.GoingOn("a"), SouthPeer.GoingOn("b"));
        await ArrivedAsync(40);

        var order = string.Concat(_asked.Select(static one => one.Item)).TrimEnd('a', 'b');
        Assert.Empty(order);
        Assert.StartsWith("abab", string.Concat(_asked.Select(static one => one.Item)), StringComparison.Ordinal);
        Assert.Equal(Numbers(20).SelectMany(static number => new[] { number, number }), _got.Order());
    }

    private Task StartAsync(params ItemConfig[] items)
    {
        _gateway.Config = ConfigOf(items);
        return _gateway.RunAsync();
    }

    private MeridianConfig ConfigOf(params ItemConfig[] items)
    {
        var south = _gateway.South.Config("s", items);
        _manifest ??= south.Manifest with { MaxParallelQueries = 2 };
        return new MeridianConfig
        {
            Souths = [south with { Manifest = _manifest }],
            Norths = [_north.Config("n")],
        };
    }

    private async Task RefusesAsync(string problem, int taken = 0)
    {
        await StartAsync(SouthPeer.GoingOn("a"));
        Interlocked.Add(ref _rows, 15);
        await _gateway.UntilLaterAsync(() => Problems().Values.Any(
            one => one.Contains(problem, StringComparison.Ordinal)));
        Assert.Equal(taken, _gateway.Account.Received);
    }

    private IReadOnlyDictionary<string, string> Problems() => _gateway.Engine.GetStatus().Souths[0].ItemProblems;

    private Task ArrivedAsync(int count) => _gateway.UntilLaterAsync(() => _got.Count >= count);

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(1, count).Select(static i => (long)i);

    private static FileContent FileOf(NextPage page)
    {
        var numbers = ((ReadingsContent)page.Content).Readings.ToArray().Select(static one => one.Value.AsInt64());
        var content = Encoding.UTF8.GetBytes(string.Join(',', numbers));
        var name = BinaryPrimitives.ReadInt64LittleEndian(page.Position.Span).ToString(CultureInfo.InvariantCulture);
        return new FileContent($"{name}.csv", null, _ => ValueTask.FromResult<Stream>(new MemoryStream(content)));
    }

    private async IAsyncEnumerable<NextPage> HeldAsync(
        Item item, ReadOnlyMemory<byte>? position, Task gate, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var page in AnswerAsync(item, position, stop))
        {
            await gate.WaitAsync(stop);
            yield return page;
        }
    }

    private async IAsyncEnumerable<NextPage> AnswerAsync(
        Item item, ReadOnlyMemory<byte>? position, [EnumeratorCancellation] CancellationToken stop)
    {
        var after = position is { } known ? BinaryPrimitives.ReadInt64LittleEndian(known.Span) : (long?)null;
        _asked.Enqueue((item.Name, after));
        if (_refused.TryGetValue(item.Name, out var problem))
        {
            throw new ConnectorException(Fault.Rejected, problem);
        }

        // One buffer for all pages: what is lent is used again, as a connector may.
        var (readings, behind) = (new Reading[_pageSize], new byte[sizeof(long)]);
        for (var row = after ?? 0; row < Interlocked.Read(ref _rows);)
        {
            stop.ThrowIfCancellationRequested();
            await Task.Yield();
            var count = (int)Math.Min(readings.Length, Interlocked.Read(ref _rows) - row);
            for (var i = 0; i < count; i++)
            {
                readings[i] = new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(++row));
            }

            BinaryPrimitives.WriteInt64LittleEndian(behind, row);
            yield return _onPage(new NextPage(new ReadingsContent(readings.AsMemory(0, count)), behind));
        }
    }
}
