using Meridian.Journal.Appending;
using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

/// <summary>How long appends gather before they are made durable together.</summary>
public sealed class GatherTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task GatherTime_NotOver_NothingIsWritten()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Options(Long));
        var append = log.PutAsync("a");

        // The writer has been round once more, and left it alone.
        await log.RollAsync().WaitAsync(Journals.Deadline);

        Assert.False(append.IsCompleted);
        Assert.Equal(0, log.End.Value);
        await log.DisposeAsync();
        Assert.Equal(0, (await append).Value);
    }

    [Fact]
    public async Task GatherTime_Over_OneFlushIsForAll()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Options(TimeSpan.FromMilliseconds(200)));
        var appends = Enumerable.Range(0, 10).Select(i => log.PutAsync($"{i}")).ToList();

        _ = await Task.WhenAll(appends);

        Assert.Equal((1, 10), (log.Status.Groups, log.Status.Appends));
    }

    [Fact]
    public async Task GatherTime_BytesReached_DoesNotWait()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Options(Long, bytes: 300));
        var first = log.PutAsync(new string('x', 150));
        var second = log.PutAsync(new string('y', 150));

        Assert.Equal(0, (await first).Value);
        Assert.False(second.IsCompleted);
        await log.DisposeAsync();
        Assert.Equal(1, (await second).Value);
    }

    [Fact]
    public async Task GatherTime_CommitThatIsDue_IsStoredAllTheSame()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Options(Long));
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        var append = log.PutAsync("a");

        await cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);

        Assert.False(append.IsCompleted);
    }

    [Fact]
    public void GatherTime_OutOfRange_IsRefusedInWords()
    {
        var problem = Assert.Single(Options(TimeSpan.FromMinutes(2)).Validate());
        Assert.Equal("GatherTime is 00:02:00; it must be from 0 to 00:01:00.", problem);
        Assert.Contains("GatherTime is -", Assert.Single(Options(TimeSpan.FromSeconds(-1)).Validate()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_AsManyAsBefore_DoesNotWait()
    {
        var clock = new SteppingClock();
        var pause = new GatherPause(clock, static () => 3);
        pause.Note(appends: 0, TimeSpan.FromMilliseconds(1));

        pause.Wait();

        Assert.Equal(0, clock.Asked);
    }

    [Fact]
    public void Pause_WritersAreComingBack_WaitsForThemAll()
    {
        var gathered = 0;
        var pause = new GatherPause(new SteppingClock(), () => gathered++);
        pause.Note(appends: 8, TimeSpan.FromSeconds(1)); // The pause sees 0 gathered here, one more at each look.

        pause.Wait();

        Assert.Equal(9, gathered);
    }

    [Fact]
    public void Pause_NobodyComes_EndsAfterHalfOfAFlushAndComesLessOften()
    {
        var clock = new SteppingClock();
        var pause = new GatherPause(clock, static () => 1);
        var waits = new List<int>();
        for (var i = 0; i < 300; i++)
        {
            pause.Note(appends: 8, TimeSpan.FromMicroseconds(100)); // Half of it is 5 steps of the clock.
            var before = clock.Asked;
            pause.Wait();
            if (clock.Asked > before)
            {
                Assert.InRange(clock.Asked - before, 2, 8);
                waits.Add(i);
            }
        }

        Assert.Equal([0, 2, 5, 10, 19, 36, 69, 134, 199, 264], waits);
    }

    [Fact]
    public void Pause_OnAClockThatStands_EndsAllTheSame()
    {
        var pause = new GatherPause(new StandingClock(), static () => 1);
        pause.Note(appends: 8, TimeSpan.FromSeconds(1));

        pause.Wait();
    }

    private static JournalOptions Options(TimeSpan time, int bytes = 1 << 20) => new()
    {
        Folder = "memory",
        GatherTime = time,
        GatherBytes = bytes,
        ReserveBytes = 0,
    };

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>10 microseconds go by whenever somebody looks.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public int Asked { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ++Asked * 10 * TimeSpan.TicksPerMicrosecond;
    }
}
