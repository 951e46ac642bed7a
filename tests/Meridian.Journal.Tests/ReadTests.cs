using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class ReadTests
{
    [Fact]
    public async Task Read_OfOneSource_GivesItsRecordsOnlyAndPassesTheOthers()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 500));
        for (var i = 0; i < 60; i++)
        {
            _ = await log.PutAsync($"{i}", 2, i % 5 == 0 ? "wanted" : "other");
        }

        var cursor = log.OpenCursor("n", new JournalCursorOptions { Sources = ["wanted"] });
        var texts = new List<string>();
        while (cursor.TryRead(new JournalReadLimits(6), out var batch))
        {
            texts.AddRange(batch.ToList().Select(static r => Encoding.UTF8.GetString(r.Payload.Span)));
            Assert.All(batch.ToList(), static r => Assert.Equal("wanted", r.Source.Name));
            cursor.Commit(batch.End);
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(static i => $"{5 * i}"), texts, StringComparer.Ordinal);
        Assert.Equal(120, cursor.Committed.Value);
    }

    [Fact]
    public async Task Read_OfASourceThatIsNotThere_StillMovesOn()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 300));
        for (var i = 0; i < 30; i++)
        {
            _ = await log.PutAsync($"{i}");
        }

        var cursor = log.OpenCursor("n", new JournalCursorOptions { Sources = ["nobody"] });
        Assert.True(cursor.TryRead(default, out var batch));

        Assert.Equal((0, 0, 30), (batch.RecordCount, batch.First.Value, batch.End.Value));
        Assert.False(cursor.TryRead(default, out _));
    }

    [Fact]
    public async Task Read_LimitOfRecords_IsKept()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 1 << 16));
        for (var i = 0; i < 7; i++)
        {
            _ = await log.PutAsync("x", 3);
        }

        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        var sizes = new List<int>();
        while (cursor.TryRead(new JournalReadLimits(MaxRecords: 3), out var batch))
        {
            sizes.Add(batch.RecordCount);
        }

        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task Read_WithLinger_WaitsForMoreAndNoLongerThanTheLimitNeeds()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 1 << 16));
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        _ = await log.PutAsync("1");

        var read = cursor.ReadAsync(new JournalReadLimits(3, Linger: TimeSpan.FromDays(1))).AsTask();
        _ = await log.PutAsync("2");
        Assert.False(read.IsCompleted);
        _ = await log.PutAsync("3");

        Assert.Equal(3, (await read.WaitAsync(Journals.Deadline)).RecordCount);
    }

    [Fact]
    public async Task Read_WithLingerThatEnds_GivesWhatIsThere()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        var read = cursor.ReadAsync(new JournalReadLimits(1000, Linger: TimeSpan.FromMilliseconds(20))).AsTask();

        _ = await log.PutAsync("1");

        Assert.Equal(1, (await read.WaitAsync(Journals.Deadline)).RecordCount);
    }

    [Fact]
    public async Task Read_WithLingerAndClosed_Ends()
    {
        var log = await Journals.OpenAsync(new MemoryDisk());
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        _ = await log.PutAsync("1");
        var read = cursor.ReadAsync(new JournalReadLimits(1000, Linger: TimeSpan.FromDays(1))).AsTask();

        await log.DisposeAsync();

        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(Journals.Deadline));
    }

    [Fact]
    public async Task SeekTime_AnyMinute_GivesTheFirstRecordOfThatTimeAlsoAfterAStart()
    {
        var disk = new MemoryDisk();
        var clock = new SkewedClock();
        var begin = clock.GetUtcNow();
        var options = Journals.Options(segment: 600);
        await using (var log = await Journals.OpenAsync(disk, options, clock))
        {
            for (var i = 0; i < 50; i++)
            {
                clock.Ahead = TimeSpan.FromMinutes(i);
                _ = await log.PutAsync($"{i}", 2);
            }

            SeekAll(log);
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill(), options, clock);
        SeekAll(again);

        void SeekAll(JournalLog log)
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var i = 0; i < 50; i++)
            {
                cursor.Seek(begin + TimeSpan.FromMinutes(i));
                Assert.Equal(2 * i, cursor.Next.Value);
            }

            cursor.Seek(begin + TimeSpan.FromMinutes(60));
            Assert.Equal(log.End, cursor.Next);
            cursor.Seek(begin - TimeSpan.FromMinutes(60));
            Assert.Equal(log.Start, cursor.Next);
        }
    }

    [Fact]
    public async Task SeekTime_ClockWasSetBack_GivesTheFirstInTheOrderOfTheLog()
    {
        var clock = new SkewedClock();
        var begin = clock.GetUtcNow();
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 300), clock);
        int[] minutes = [10, 20, 5, 15, 30];
        foreach (var minute in minutes)
        {
            clock.Ahead = TimeSpan.FromMinutes(minute);
            _ = await log.PutAsync(new string('x', 100));
        }

        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        int[] asked = [1, 10, 15, 25];
        var found = asked.Select(minute =>
        {
            cursor.Seek(begin + TimeSpan.FromMinutes(minute));
            return cursor.Next.Value;
        });

        Assert.Equal([0, 0, 1, 4], found);
    }

    [Fact]
    public async Task Seek_IntoASealedSegment_ReadsLittleOfIt()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 2 << 20, max: 1 << 28);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            for (var i = 0; i < 300; i++)
            {
                _ = await log.PutAsync(new string('x', 10_000));
            }
        }

        disk = disk.AfterKill();
        await using var counted = await Journals.OpenAsync(disk, options);
        Assert.Equal(2, counted.Status.Segments);
        var before = disk.BytesRead;
        var cursor = counted.OpenCursor("n", CursorStart.Oldest);
        cursor.Seek(new JournalPosition(150));
        Assert.True(cursor.TryRead(new JournalReadLimits(1, 20_000), out var batch));

        Assert.Equal(150, batch.First.Value);
        Assert.InRange(disk.BytesRead - before, 1, 200_000);
    }

    [Fact]
    public async Task Open_ManySegmentsWait_ReadsHeadersAndTheNewestOnly()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 64 << 10, max: 1 << 28);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            for (var i = 0; i < 400; i++)
            {
                _ = await log.PutAsync(new string('x', 10_000));
            }
        }

        disk = disk.AfterKill();
        await using var again = await Journals.OpenAsync(disk, options);

        Assert.True(again.Status.Segments > 60);
        Assert.InRange(disk.BytesRead, 1, 1 << 20);
        Assert.Equal(400, again.End.Value);
    }
}
