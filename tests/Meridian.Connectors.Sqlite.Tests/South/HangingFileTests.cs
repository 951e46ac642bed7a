using System.Globalization;
using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>
/// A share that falls silent when the file is open: who asks is told in time, one thread is left and no more, and the
/// rows come once it answers.
/// </summary>
public sealed class HangingFileTests : IAsyncDisposable
{
    private const string HangsAtTheSecondRow =
        "SELECT time, CASE WHEN value = 2 THEN hang() ELSE value END AS value FROM t "
        + "WHERE time >= @StartTime AND time < @EndTime ORDER BY value";

    private const string HangsInASequence =
        "SELECT id, time, CASE WHEN value = 2 THEN hang() ELSE value END AS value FROM t "
        + "WHERE id > @LastSequence ORDER BY id LIMIT @Limit";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SouthRig _rig = new();

    private string Path => _rig.File.Path;

    private string Journal => Path + "-journal";

    /// <summary>SQLite looks for a journal at each query, and a pipe that nobody writes to blocks who opens it.
    /// </summary>
    [Fact]
    public async Task Query_WhoseShareHangs_IsGivenUpInTimeAndAskedAgainOnceItAnswers()
    {
        await FillAsync();
        var south = _rig.Make(Second);
        await using var pages = south
            .QueryHistoryAsync([SouthRig.Item(name: "first"), SouthRig.Item()], SouthRig.Window, default)
            .GetAsyncEnumerator();
        Assert.True(await pages.MoveNextAsync());
        await ChildProcess.RunAsync("mkfifo", [Journal]);

        var fault = await FaultAsync(async () => await pages.MoveNextAsync());
        var again = await FaultAsync(() => AskAsync(south));
        await LetJournalGoAsync();

        SaysHangs(fault);
        SaysStillHangs(again);
        Assert.Empty(_rig.Context.ItemProblems);
        await RecoversAsync(south);
    }

    [Fact]
    public async Task Row_WhoseShareHangs_IsGivenUpInTimeAndAskedAgainOnceItAnswers()
    {
        await FillAsync();
        var south = _rig.Make(Second);
        using var hanging = HangingFunction.Arm();

        var fault = await FaultAsync(() => SouthRig.AskAsync(
            south, SouthRig.Window, SouthRig.Item(HangsAtTheSecondRow)));
        var again = await FaultAsync(() => AskAsync(south));
        var connect = await FaultAsync(() => south.ConnectAsync(default));

        Assert.Equal(1, HangingFunction.HangingCount);
        hanging.Dispose();
        SaysHangs(fault);
        SaysStillHangs(again);
        SaysStillHangs(connect);
        Assert.Empty(_rig.Context.ItemProblems);
        await RecoversAsync(south);
    }

    /// <summary>The file that gathers its rows goes with the question, whatever comes of the thread.</summary>
    [Theory]
    [InlineData(SqlResult.Readings)]
    [InlineData(SqlResult.Csv)]
    public async Task Row_OfASequenceWhoseShareHangs_IsTakenOnceItAnswers(SqlResult result)
    {
        await FillAsync();
        var south = _rig.Make(Second);
        var item = new Item("item", new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Result = result,
            Query = HangsInASequence,
        });
        using var hanging = HangingFunction.Arm();

        var fault = await FaultAsync(() => TakenPage.TakeAsync(south, item));
        var left = Directory.GetFiles(_rig.Context.Folder);
        hanging.Dispose();

        SaysHangs(fault);
        Assert.Empty(left);
        await RecoversAsync(south);
        var page = Assert.Single(await TakenPage.TakeAsync(south, item));
        Assert.Equal("sequence/1 3 id", System.Text.Encoding.UTF8.GetString(page.Position.Span));
    }

    /// <summary>An instance made to try something counts as the South itself: the thread that hangs is the file's.
    /// </summary>
    [Fact]
    public async Task Test_WhileAQueryHangs_IsRefusedInWords()
    {
        await FillAsync();
        var south = _rig.Make(Second);
        using var hanging = HangingFunction.Arm();
        await FaultAsync(() => SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item(HangsAtTheSecondRow)));

        var trial = await FaultAsync(() => _rig.Make(Second).TestConnectionAsync(default));

        Assert.Equal(1, HangingFunction.HangingCount);
        hanging.Dispose();
        SaysStillHangs(trial);
        await RecoversAsync(south);
    }

    /// <summary>Its time limit is far: what ends it is the engine, which must not wait for the share.</summary>
    [Fact]
    public async Task Query_ThatHangsAndIsCancelled_EndsSoon()
    {
        await FillAsync();
        var south = _rig.Make(TimeSpan.FromHours(1));
        using var cancelling = new CancellationTokenSource();
        using var hanging = HangingFunction.Arm();
        var asking = AskAsync(south, SouthRig.Item(HangsAtTheSecondRow), cancelling.Token);
        await Deadline.UntilAsync(static () => HangingFunction.HangingCount == 1, "the query hangs");

        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => asking.WaitAsync(Deadline.Default, TimeProvider.System));

        Assert.Equal(1, HangingFunction.HangingCount);
        hanging.Dispose();
        await RecoversAsync(south);
    }

    [Fact]
    public async Task Test_WhoseShareHangs_EndsInTime()
    {
        await FillAsync();
        var south = _rig.Make(Second);
        await ChildProcess.RunAsync("mkfifo", [Journal]);

        var fault = await FaultAsync(() => south.TestConnectionAsync(default));
        await LetJournalGoAsync();

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"The file '{Path}' was not opened within 1 s", fault.Message, StringComparison.Ordinal);
        await RecoversAsync(south);
    }

    /// <summary>A file of more than is gathered goes to the disk in between, and no thread of the pool is asked.
    /// </summary>
    [Fact]
    public async Task Rows_OfALargeFile_AreReadOnAThreadOfTheirOwn()
    {
        await FillAsync();
        var item = new Item("item", new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Result = SqlResult.Csv,
            Query = "SELECT id, hex(zeroblob(100000)) AS text, 'pooled ' || pooled() AS pooled FROM t "
                + "WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
        });
        using var unused = HangingFunction.Arm();

        var page = Assert.Single(await TakenPage.TakeAsync(_rig.Make(), item));

        Assert.Equal(3, page.Text?.Split("pooled 0").Length - 1);
    }

    /// <summary>It opens, and then the share falls silent: what asks for facts sets its limit in between.</summary>
    [Fact]
    public async Task Test_WhoseShareHangsOnceItIsOpen_EndsInTime()
    {
        await FillAsync();
        await ChildProcess.RunAsync("mkfifo", [Journal + ".aside"]);
        await using var context = new TestSouthContext(new TestContextOptions
        {
            Time = new TimeOfAsking(() => File.Move(Journal + ".aside", Journal)),
        });
        var south = new SqliteSouth(context, new SqliteSouthSettings { File = Path, CommandTimeout = Second });

        var fault = await FaultAsync(() => south.TestConnectionAsync(default));
        await LetJournalGoAsync();

        SaysHangs(fault);
        await RecoversAsync(_rig.Make(Second));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private static Task<ConnectorException> FaultAsync(Func<Task> asking) =>
        Assert.ThrowsAsync<ConnectorException>(() => asking().WaitAsync(Deadline.Default, TimeProvider.System));

    private static Task<int> AskAsync(SqliteSouth south) => AskAsync(south, SouthRig.Item(), CancellationToken.None);

    private static async Task<int> AskAsync(SqliteSouth south, Item item, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var page in south.QueryHistoryAsync([item], SouthRig.Window, cancellationToken))
        {
            count += page.Readings.Length;
        }

        return count;
    }

    private void SaysHangs(ConnectorException fault) => Says(
        fault,
        $"The file '{Path}' did not answer within 1 s (settings.commandTimeout)",
        "its disk or share does not answer",
        "is tried again");

    private void SaysStillHangs(ConnectorException fault)
    {
        var words = $"The file '{Path}' has not answered since ";
        Says(fault, words, "its disk or share", "start the gateway again");
        var since = DateTimeOffset.ParseExact(
            fault.Message.AsSpan(words.Length, 20), "u", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(TimeProvider.System.GetUtcNow() - since, TimeSpan.Zero, Deadline.Default);
    }

    private static void Says(ConnectorException fault, params string[] words)
    {
        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
    }

    private Task FillAsync() => _rig.File.RunAsync(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, time TEXT, value); INSERT INTO t VALUES "
        + "(1, '2026-11-21 10:15:00', 1), (2, '2026-11-21 10:15:00', 2), (3, '2026-11-21 10:15:00', 3);");

    /// <summary>Whoever waits for the pipe goes on, and finds no journal in it.</summary>
    private async Task LetJournalGoAsync()
    {
        // Both ways, since opening a pipe one way waits for who opens the other.
        await using var answer = new FileStream(Journal, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        File.Delete(Journal);
    }

    /// <summary>The thread that was left has come back, and the same instance is as good as new.</summary>
    private async Task RecoversAsync(SqliteSouth south)
    {
        await Deadline.UntilAsync(static () => HangingFunction.HangingCount == 0, "no thread hangs");
        await south.ConnectAsync(default);
        Assert.Equal(3, await AskAsync(south));

        // No connection was left open: connecting waits for the one that was abandoned to be closed.
        Assert.DoesNotContain(
            Directory.GetFiles("/proc/self/fd").Select(static one => new FileInfo(one).LinkTarget),
            one => string.Equals(one, Path, StringComparison.Ordinal));
    }

    /// <summary>Tells when a session sets its first limit, which is when it is first asked.</summary>
    private sealed class TimeOfAsking(Action asked) : TimeProvider
    {
        private Action? _asked = asked;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Interlocked.Exchange(ref _asked, null)?.Invoke();
            }

            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
