using System.Text;
using Meridian.Engine.Replays;
using Meridian.Engine.Tests.Peers;
using Meridian.Journal;

namespace Meridian.Engine.Tests.Replays;

/// <summary>What the journal keeps of replays, as docs/formats/replays.md says.</summary>
public sealed class ReplayBookTests : IAsyncLifetime
{
    private const string Json =
        """{"number":7,"north":"N","northId":"n","from":10,"to":30,"isCut":true,"begun":""" +
        "\"2026-01-01T00:00:00+00:00\"," +
        """
        "state":"Ended","reason":"Gone.","position":20,"counts":
        """ +
        """{"delivered":1,"derived":2,"refused":3,"filtered":4,"dropped":5,"unrouted":6}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meridian-replays-");
    private JournalLog _journal = null!;

    private static KeptReplay Replay { get; } = new()
    {
        Number = 7,
        North = "N",
        NorthId = "n",
        From = 10,
        To = 30,
        IsCut = true,
        Begun = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        State = ReplayState.Ended,
        Reason = "Gone.",
        Position = 20,
        Counts = new ReplayCounts(1, 2, 3, 4, 5, 6),
    };

    public async Task InitializeAsync() => _journal = await JournalLog.OpenAsync(
        new JournalOptions { Folder = _folder.FullName }, new ManualClock());

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Replay_AsBytes_IsWhatIsDrawn()
    {
        Assert.Equal(Json, Encoding.UTF8.GetString(Replay.ToBytes()));
        Assert.Equal(Replay, KeptReplay.Read(Encoding.UTF8.GetBytes(Json)));
        Assert.Null(KeptReplay.Read("{}"u8));
    }

    [Fact]
    public async Task Book_ReadAgain_HasItsReplaysCountsAndLastNumber()
    {
        var book = new ReplayBook(_journal);
        var first = Replay with { Number = book.Next };
        await book.AddAsync(first, forgotten: null, ReplayCounts.None, CancellationToken.None);
        var second = Replay with { Number = book.Next, State = ReplayState.Running };
        await book.AddAsync(second, first, first.Counts, CancellationToken.None);
        await book.StoreAsync(second with { Position = 25 }, CancellationToken.None);
        JournalCheckpoint[] later = [new("replay/r3", "?"u8.ToArray())];
        await _journal.StoreCheckpointsAsync(_journal.Source("#replays"), later);

        var again = new ReplayBook(_journal);
        var unreadable = new List<string>();
        var (replays, forgotten) = again.Read(unreadable.Add);

        Assert.Equal((1L, 2L, 3L), (first.Number, second.Number, again.Next));
        Assert.Equal(second with { Position = 25 }, Assert.Single(replays));
        Assert.Equal(first.Counts, forgotten["n"]);
        Assert.Equal("replay/r3", Assert.Single(unreadable));
    }
}
