using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class RetentionTests
{
    private static JournalCursorOptions Dropping => new()
    {
        Policy = CursorLimitPolicy.DropOldest,
        MaxLagBytes = 600,
    };

    [Fact]
    public async Task Full_CursorThatDrops_IsMovedOnAndWhatItLosesIsCountedForEver()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 200, max: 600);
        DroppedRange dropped;
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            var cursor = log.OpenCursor("n", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest });
            for (var i = 0; i < 40; i++)
            {
                _ = await log.PutAsync($"{i:D20}", 2);
            }

            dropped = cursor.Dropped;
            Assert.Equal((0, dropped.Count - 1), (dropped.First.Value, dropped.Last.Value));
            Assert.True(cursor.TryRead(default, out var batch));
            Assert.Equal((dropped.Count, cursor.Committed), (batch.First.Value, batch.First));
            Assert.Equal($"{batch.First.Value / 2:D20}", System.Text.Encoding.UTF8.GetString(
                batch.ToList()[0].Payload.Span));
            Assert.InRange(log.Status.Bytes, 1, 900);
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill(), options);
        Assert.Equal(dropped, again.Cursors.Single().Dropped);
    }

    [Fact]
    public async Task Full_OneDropsAndOneBlocks_TheBlockingOneDecides()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 200, max: 600));
        var drops = log.OpenCursor("drops", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest });
        var blocks = log.OpenCursor("blocks", CursorStart.Oldest);
        var appends = Enumerable.Range(0, 20).Select(i => log.PutAsync($"{i:D20}")).ToList();
        await Journals.WaitUntilAsync(() => log.Status.IsFull);
        Assert.Equal(0, drops.Dropped.Count);

        while (!appends.TrueForAll(static a => a.IsCompleted))
        {
            if (blocks.TryRead(default, out var batch))
            {
                blocks.Commit(batch.End);
            }

            await Task.Yield();
        }

        Assert.True(drops.Dropped.Count > 0);
        Assert.Equal(0, blocks.Dropped.Count);
    }

    [Fact]
    public async Task Full_CursorThatDropsHoldsTheNewestSegment_IsMovedOnWhenTheBlockingOneHasPassed()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 200, max: 800));
        var drops = log.OpenCursor("drops", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest });
        var blocks = log.OpenCursor("blocks", CursorStart.Oldest);
        _ = await log.PutAsync(new string('x', 390));
        var waiting = log.PutAsync(new string('y', 390));
        await Journals.WaitUntilAsync(() => log.Status.IsFull);
        Assert.Equal(0, drops.Dropped.Count);

        blocks.Commit(log.End);

        Assert.Equal(1, (await waiting).Value);
        Assert.Equal((0, 1), (drops.Dropped.First.Value, drops.Dropped.Count));
        Assert.Equal(new string('y', 390), log.Texts());
    }

    [Fact]
    public async Task LagLimit_CursorThatDrops_KeepsWithinItsOwnBytes()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 200));
        var all = log.OpenCursor("all", CursorStart.Oldest);
        var near = log.OpenCursor("near", Dropping);
        for (var i = 0; i < 40; i++)
        {
            _ = await log.PutAsync($"{i:D20}");
        }

        await Journals.WaitUntilAsync(() => near.Committed.Value > 20);
        Assert.Equal(0, all.Committed.Value);
        Assert.Equal(near.Committed.Value, near.Dropped.Count);
        Assert.True(near.TryRead(default, out var batch));
        Assert.Equal(near.Committed, batch.First);
    }

    [Fact]
    public async Task LagLimit_CursorThatDrops_KeepsWithinItsOwnData()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 200));
        var all = log.OpenCursor("all", CursorStart.Oldest);
        var near = log.OpenCursor(
            "near", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest, MaxLagData = 50 });
        for (var i = 0; i < 40; i++)
        {
            _ = await log.PutAsync($"{i:D20}", 10);
            if (i == 3)
            {
                Assert.Equal(0, near.Dropped.Count);
            }
        }

        // By whole segments: what is left is within the limit, or within it and the segment where it lies.
        await Journals.WaitUntilAsync(() => log.End - near.Committed <= 50 + 40);
        Assert.True(log.End - near.Committed >= 10);
        Assert.Equal(0, all.Committed.Value);
        Assert.Equal(near.Committed.Value, near.Dropped.Count);
        Assert.True(near.TryRead(default, out var batch));
        Assert.Equal(near.Committed, batch.First);
    }

    [Fact]
    public async Task LagLimit_CommitBehindWhatWasDropped_IsNoFaultAndMovesNothingBack()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 200));
        var near = log.OpenCursor("near", Dropping);
        _ = await log.PutAsync("first");
        _ = await log.PutAsync("second");
        Assert.True(near.TryRead(new JournalReadLimits(1), out var batch));
        var end = batch.End;
        for (var i = 0; i < 40; i++)
        {
            _ = await log.PutAsync($"{i:D20}");
        }

        await Journals.WaitUntilAsync(() => near.Committed.Value > 20);
        var committed = near.Committed;
        near.Commit(end);

        Assert.True(near.Committed >= committed);
    }

    [Fact]
    public async Task LagLimit_CursorThatBlocks_HoldsItsSourcesOnly()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 400));
        var slow = log.OpenCursor("slow", new JournalCursorOptions { Sources = ["held"], MaxLagBytes = 500 });
        while (!log.Status.IsHolding)
        {
            _ = await log.PutAsync("x", 1, "held");
        }

        var held = new[] { log.PutAsync("h1", 1, "held"), log.PutAsync("h2", 1, "held") };
        for (var i = 0; i < 10; i++)
        {
            _ = await log.PutAsync("f", 1, "free");
        }

        Assert.DoesNotContain(held, static h => h.IsCompleted);
        Assert.Equal(("slow", 2), (log.Status.BlockingCursor, log.Status.WaitingAppends));
        slow.Commit(log.End);
        var positions = await Task.WhenAll(held).WaitAsync(Journals.Deadline);
        Assert.True(positions[0] < positions[1]);
        await Journals.WaitUntilAsync(() => !log.Status.IsHolding);
    }

    [Fact]
    public async Task LagLimit_CursorThatBlocks_HoldsItsSourcesAtItsData()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 400));
        var slow = log.OpenCursor("slow", new JournalCursorOptions { Sources = ["held"], MaxLagData = 100 });
        for (var i = 0; i < 10; i++)
        {
            _ = await log.PutAsync("x", 10, "held");
        }

        // It may be behind by that much; one more is too many.
        Assert.False(log.Status.IsHolding);
        _ = await log.PutAsync("x", 1, "held");
        await Journals.WaitUntilAsync(() => log.Status.IsHolding);
        var held = log.PutAsync("h", 1, "held");
        _ = await log.PutAsync("f", 1_000, "free");
        Assert.False(held.IsCompleted);
        Assert.Equal("slow", log.Status.BlockingCursor);

        slow.Commit(new JournalPosition(1_011));

        Assert.Equal(1_101, (await held.WaitAsync(Journals.Deadline)).Value);
        await Journals.WaitUntilAsync(() => !log.Status.IsHolding);
    }

    [Fact]
    public async Task Age_CursorThatDrops_PassesSegmentsThatAreTooOld()
    {
        var clock = new SkewedClock();
        var options = Journals.Options(segment: 200);
        await using var log = await Journals.OpenAsync(new MemoryDisk(), options, clock);
        var cursor = log.OpenCursor(
            "n", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest, MaxLagAge = TimeSpan.FromHours(1) });
        for (var i = 0; i < 10; i++)
        {
            _ = await log.PutAsync($"{i:D40}");
        }

        Assert.Equal(0, cursor.Dropped.Count);
        clock.Ahead = TimeSpan.FromHours(2);
        _ = await log.PutAsync("new");
        await Journals.WaitUntilAsync(() => log.Start.Value > 5);

        Assert.Equal(log.Start.Value, cursor.Dropped.Count);
    }

    [Fact]
    public async Task Age_WithoutCursors_SegmentsGo()
    {
        var clock = new SkewedClock();
        var options = new JournalOptions
        {
            Folder = "memory",
            SegmentBytes = 200,
            MaxAge = TimeSpan.FromHours(1),
            ReserveBytes = 0,
        };
        await using var log = await Journals.OpenAsync(new MemoryDisk(), options, clock);
        for (var i = 0; i < 10; i++)
        {
            _ = await log.PutAsync($"{i:D40}");
        }

        Assert.Equal(0, log.Start.Value);
        clock.Ahead = TimeSpan.FromHours(2);
        _ = await log.PutAsync("new");

        await Journals.WaitUntilAsync(() => log.Start.Value > 5);
    }

    [Fact]
    public async Task KeepPassed_AllHavePassed_StaysForItsTimeAndGoesWhenFull()
    {
        var clock = new SkewedClock();
        var options = new JournalOptions
        {
            Folder = "memory",
            SegmentBytes = 200,
            MaxBytes = 4000,
            KeepPassed = TimeSpan.FromHours(1),
            ReserveBytes = 0,
        };
        await using var log = await Journals.OpenAsync(new MemoryDisk(), options, clock);
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        for (var i = 0; i < 8; i++)
        {
            _ = await log.PutAsync($"{i:D40}");
        }

        cursor.Commit(log.End);
        await cursor.FlushAsync();
        _ = await log.PutAsync("after");
        Assert.Equal(0, log.Start.Value);

        for (var hour = 2; log.Start.Value == 0 && hour < 50; hour += 2)
        {
            clock.Ahead = TimeSpan.FromHours(hour);
            _ = await log.PutAsync("later");
        }

        Assert.True(log.Start.Value > 0);
        for (var i = 0; i < 40; i++)
        {
            _ = await log.PutAsync($"{i:D40}");
            cursor.Commit(log.End);
        }

        Assert.InRange(log.Status.Bytes, 1, 4500);
    }

    [Fact]
    public async Task CursorOptions_Contradicting_AreRefused()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());

        _ = Assert.Throws<ArgumentException>(() => log.OpenCursor("n", new JournalCursorOptions { MaxLagBytes = 0 }));
        _ = Assert.Throws<ArgumentException>(() => log.OpenCursor("n", new JournalCursorOptions { MaxLagData = 0 }));
        var refused = Assert.Throws<ArgumentException>(
            () => log.OpenCursor("n", new JournalCursorOptions { MaxLagAge = TimeSpan.FromHours(1) }));
        Assert.Contains("waiting makes nothing younger", refused.Message, StringComparison.Ordinal);
        Assert.Empty(log.Cursors);
    }
}
