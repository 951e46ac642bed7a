using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Meridian.Engine.Souths;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Souths;

/// <summary>Files of numbers, one a line, that are taken as readings in pages of three.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
public sealed class DecodedFileTests : IAsyncLifetime
{
    private const int PageLines = 3;
    private const int Lines = 20;
    private const int BadLines = 2;
    private const int Pages = 7;

    private readonly FilePeer _north = new(takesValues: true);
    private readonly TestGateway _gateway = new();
    private readonly ConcurrentQueue<long> _got = [];
    private Action<int> _onPage = static _ => { };
    private DateTimeOffset _written;

    public DecodedFileTests()
    {
        _gateway.South.OnDecode = DecodeAsync;
        _north.OnHandle = (batch, _) =>
        {
            foreach (var reading in batch.Readings.Span)
            {
                _got.Enqueue(reading.Value.Kind == ReadingValueKind.Int64 ? reading.Value.AsInt64() : -1);
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
    }

    private SouthCounters Counters => _gateway.Engine.GetStatus().Souths[0].Counters;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData(FileAfterwards.Preserve)]
    [InlineData(FileAfterwards.Archive)]
    [InlineData(FileAfterwards.Delete)]
    public async Task File_TakenAsReadings_BringsEachOnceAndIsClearedAway(FileAfterwards afterwards)
    {
        await StartAsync(afterwards);
        Put("a", Text(1, Lines));
        Put("empty", string.Empty);
        await ArrivedAsync(Lines);
        await LookAsync(3);
        await _gateway.StopAsync();
        await _gateway.RunAsync();
        await LookAsync(3);

        Assert.Equal(Numbers(1, Lines), _got);
        Assert.Empty(_north.Files);
        Assert.True(_gateway.Account is { Received: Lines, IsBalanced: true }, _gateway.Account.ToString());
        Assert.Equal(afterwards == FileAfterwards.Preserve, _gateway.South.Files.ContainsKey("a"));
        Assert.Equal(afterwards == FileAfterwards.Preserve, _gateway.South.Files.ContainsKey("empty"));
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task File_KilledAtAnyRecord_BringsEachReadingOnce(int moment)
    {
        string? cut = null;
        var asked = 0;
        _onPage = _ => CutAt(++asked);
        _gateway.South.OnClear = _ => CutAt(Pages + 2);
        await StartAsync(FileAfterwards.Delete);
        Put("a", Text(1, Lines));
        await _gateway.UntilLaterAsync(() => Volatile.Read(ref cut) is not null);
        await _gateway.StopAsync();

        _onPage = static _ => { };
        _gateway.South.OnClear = static _ => { };
        _gateway.Folder = cut!;
        _got.Clear();
        Put("a", Text(1, Lines), _written);
        await _gateway.RunAsync();
        await _gateway.UntilLaterAsync(() => _gateway.South.Files.IsEmpty && _gateway.Account.Waiting == 0);

        Assert.Equal(Lines, _gateway.Account.Received);
        Assert.Equal(_got.Where(static one => one >= 0).Distinct(), _got.Where(static one => one >= 0));
        Assert.Equal(Numbers(1, Lines).TakeLast(_got.Count), _got);
        var account = _gateway.Engine.GetStatus().Souths[0].Account;
        Assert.Equal((BadLines, 0), (account.Undecoded, account.Repeated));

        void CutAt(int now)
        {
            if (now == moment)
            {
                Volatile.Write(ref cut, _gateway.Cut());
            }
        }
    }

    [Fact]
    public async Task File_ThatChangedAfterAKill_IsReadAnewAndWhatWasThereCountsAsRepeated()
    {
        string? cut = null;
        _onPage = page => cut ??= page == 4 ? _gateway.Cut() : null;
        await StartAsync(FileAfterwards.Preserve);
        Put("a", Text(1, Lines));
        await _gateway.UntilLaterAsync(() => Volatile.Read(ref cut) is not null);
        await _gateway.StopAsync();

        _gateway.Folder = cut!;
        Put("a", Text(1, Lines + 1));
        await _gateway.RunAsync();
        await _gateway.UntilLaterAsync(() => _gateway.Account.Received == Lines + 1 + (2 * PageLines));
        await LookAsync(3);

        // Of page 4 the one before was not stored yet: two were.
        Assert.Equal(2 * PageLines, Counters.Repeated);
        Assert.Equal(Lines + 1 + (2 * PageLines), _gateway.Account.Received);
    }

    [Fact]
    public async Task File_ThatCannotBeDecoded_IsTheItemsProblemAndTheOthersGoOn()
    {
        await StartAsync(FileAfterwards.Delete);
        Put("broken", "1\n");
        Put("a", Text(1, Lines));
        await ArrivedAsync(Lines);
        await _gateway.UntilLaterAsync(() => Problem() is not null);

        Assert.Equal(
            "The file 'broken' cannot be taken: It is no text. It is tried again at the next look.", Problem());
        Assert.True(_gateway.South.Files.ContainsKey("broken"));
        _gateway.South.Files.TryRemove("broken", out var _);
        await _gateway.UntilLaterAsync(() => Problem() is null);
    }

    [Fact]
    public async Task File_OnePageLongAndStillWritten_IsNotTakenInPart()
    {
        var opened = 0;
        _gateway.South.OnOpen = path =>
        {
            if (Interlocked.Increment(ref opened) == 1)
            {
                _gateway.South.Files[path] = _gateway.South.Files[path] with { Content = "1\n2\n3\n"u8.ToArray() };
            }
        };
        await StartAsync(FileAfterwards.Preserve);
        Put("a", "1\n");
        await ArrivedAsync(3);

        Assert.Equal(Numbers(1, 3), _got);
        Assert.Equal((3, 0), (_gateway.Account.Received, Counters.Repeated));
    }

    [Fact]
    public async Task File_OnlyTouched_IsNotTakenAgain()
    {
        await StartAsync(FileAfterwards.Preserve);
        Put("a", Text(1, Lines));
        await ArrivedAsync(Lines);
        Put("a", Text(1, Lines));
        await LookAsync(5);
        Assert.Equal(Lines, _gateway.Account.Received);

        Put("a", Text(1, Lines).Replace("13", "14", StringComparison.Ordinal));
        await ArrivedAsync(2 * Lines);
    }

    public static TheoryData<int> Moments => [.. Enumerable.Range(1, Pages + 2)];

    private static string Text(int first, int count) =>
        string.Concat(Numbers(first, count).Select(static (number, index) =>
            number < 0 ? $"bad {index}\n" : $"{number}\n"));

    /// <summary>Every ninth is none.</summary>
    private static IEnumerable<long> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(static number => number % 9 == 0 ? -1L : number);

    private static ReadingValue ValueOf(string line) =>
        long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ReadingValue.From(number)
            : ReadingValue.From(Encoding.UTF8.GetBytes(line));

    private string? Problem() => _gateway.Engine.GetStatus().Souths[0].ItemProblems.GetValueOrDefault("files");

    private Task ArrivedAsync(int count) => _gateway.UntilLaterAsync(() => _got.Count >= count);

    private async Task LookAsync(int times)
    {
        var end = _gateway.Clock.GetUtcNow() + TimeSpan.FromSeconds(times);
        await _gateway.UntilLaterAsync(() => _gateway.Clock.GetUtcNow() >= end);
    }

    private void Put(string path, string content, DateTimeOffset? written = null)
    {
        _written = written ?? _gateway.Clock.GetUtcNow();
        _gateway.South.Files[path] = new PeerFile(Encoding.UTF8.GetBytes(content), _written);
    }

    private Task StartAsync(FileAfterwards afterwards)
    {
        var rules = new FileRules { Afterwards = afterwards };
        _gateway.Config = new()
        {
            Souths = [_gateway.South.Config("s", SouthPeer.FilesOf("files", rules))],
            Norths = [_north.Config("n")],
        };
        return _gateway.RunAsync();
    }

    private async IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeAsync(
        string path, Stream content, [EnumeratorCancellation] CancellationToken stop)
    {
        if (path is "broken")
        {
            throw new ConnectorException(Fault.Rejected, "It is no text.");
        }

        using var reader = new StreamReader(content, leaveOpen: true);
        var (page, count, number) = (new Reading[PageLines], 0, 0);
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            page[count++] = Decode(line);
            if (count == PageLines)
            {
                _onPage(++number);
                yield return page;
                count = 0;
            }
        }

        if (count > 0)
        {
            _onPage(++number);
            yield return page.AsMemory(0, count);
        }

        _onPage(++number);
    }

    private Reading Decode(string line)
    {
        var value = ValueOf(line);
        var isBad = value.Kind == ReadingValueKind.Bytes;
        if (isBad)
        {
            _gateway.South.Context.CountUndecoded("files", "It is no number.");
        }

        return new Reading("p", DateTimeOffset.UnixEpoch, value, isBad ? Quality.BadDecoding : Quality.Good);
    }
}
