using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class CursorTests
{
    [Fact]
    public async Task Read_NothingThere_WaitsForTheNextAppend()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        var cursor = log.OpenCursor("n", CursorStart.End);
        var read = cursor.ReadAsync(default).AsTask();
        Assert.False(read.IsCompleted);

        _ = await log.PutAsync("hello", 2, "south");

        var batch = await read.WaitAsync(Journals.Deadline);
        var record = batch.ToList().Single();
        Assert.Equal("hello", Encoding.UTF8.GetString(record.Payload.Span));
        Assert.Equal(("south", 2, (byte)7), (record.Source.Name, record.Count, record.ContentType));
        Assert.Equal((0, 2), (batch.First.Value, batch.End.Value));
        Assert.Equal(2, cursor.Next.Value);
    }

    [Fact]
    public async Task Read_CancelledOrClosed_Ends()
    {
        var log = await Journals.OpenAsync(new MemoryDisk());
        var cursor = log.OpenCursor("n", CursorStart.End);
        using var cancel = new CancellationTokenSource();
        var cancelled = cursor.ReadAsync(default, cancel.Token).AsTask();
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Journals.Deadline));

        var closed = cursor.ReadAsync(default).AsTask();
        await log.DisposeAsync();

        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.WaitAsync(Journals.Deadline));
    }

    [Fact]
    public async Task Read_LimitOfData_GivesWholeRecordsUpToIt()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 1 << 16));
        foreach (var count in new[] { 2, 2, 7, 1 })
        {
            _ = await log.PutAsync("x", count);
        }

        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        var ends = new List<long>();
        while (cursor.TryRead(new JournalReadLimits(5), out var batch))
        {
            ends.Add(batch.End.Value);
        }

        Assert.Equal([4, 11, 12], ends);
    }

    [Fact]
    public async Task Read_LimitOfBytesBelowARecord_GivesTheRecord()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        _ = await log.PutAsync(new string('x', 1000));
        _ = await log.PutAsync("y");

        var found = log.ReadAll(new JournalReadLimits(100, 64));

        Assert.Equal([1000, 1], found.Select(static f => f.Text.Length));
    }

    [Fact]
    public async Task Commit_InsideARecord_GivesItAgainAndSaysWhatToSkip()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            _ = await log.PutAsync("first", 4);
            _ = await log.PutAsync("second", 4);
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            cursor.Commit(new JournalPosition(6), "state"u8);
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill());
        var resumed = again.OpenCursor("n", CursorStart.Oldest);
        Assert.True(resumed.TryRead(default, out var batch));

        Assert.Equal("state", Encoding.UTF8.GetString(resumed.State.Span));
        Assert.Equal((6, 8, 2), (batch.First.Value, batch.End.Value, batch.SkipInFirst));
        Assert.Equal("second", Encoding.UTF8.GetString(batch.ToList().Single().Payload.Span));
    }

    [Fact]
    public async Task Commit_BackOrBeyondTheEnd_IsRefused()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        _ = await log.PutAsync("x", 4);
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        cursor.Commit(new JournalPosition(3));

        _ = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Commit(new JournalPosition(2)));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Commit(new JournalPosition(5)));
        _ = Assert.Throws<ArgumentException>(() => cursor.Commit(new JournalPosition(4), new byte[5000]));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Seek(new JournalPosition(5)));
    }

    [Fact]
    public async Task Commit_FarEnough_IsPersistedWithoutBeingAsked()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk);
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        _ = await log.PutAsync("x", 20_000);

        cursor.Commit(new JournalPosition(10_000));

        await Journals.WaitUntilAsync(() => log.Cursors.Single().Persisted.Value == 10_000);
        await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(1)));
        Assert.Equal(10_000, again.OpenCursor("n", CursorStart.Oldest).Committed.Value);
    }

    [Fact]
    public async Task Commit_AfterTheDelay_IsPersisted()
    {
        var disk = new MemoryDisk();
        var options = new JournalOptions { Folder = "memory", CursorDelay = TimeSpan.FromMilliseconds(5) };
        await using var log = await Journals.OpenAsync(disk, options);
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        _ = await log.PutAsync("x", 5);

        cursor.Commit(new JournalPosition(4));

        await Journals.WaitUntilAsync(() => log.Cursors.Single().Persisted.Value == 4);
    }

    [Fact]
    public async Task Seek_Anywhere_GivesTheRecordThatHoldsThePosition()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            for (var i = 0; i < 30; i++)
            {
                _ = await log.PutAsync($"{i}", 3, $"source-{i % 4}");
            }

            SeekEverywhere(log);
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.True(again.Status.Segments > 3);
        SeekEverywhere(again);

        static void SeekEverywhere(JournalLog log)
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var position = 89; position >= 0; position--)
            {
                cursor.Seek(new JournalPosition(position));
                Assert.True(cursor.TryRead(new JournalReadLimits(1), out var batch));
                var record = batch.ToList()[0];
                Assert.Equal($"{position / 3}", Encoding.UTF8.GetString(record.Payload.Span));
                Assert.Equal($"source-{position / 3 % 4}", record.Source.Name);
                Assert.Equal((position, position % 3), (batch.First.Value, batch.SkipInFirst));
            }
        }
    }

    [Fact]
    public async Task Deletion_TwoCursors_FollowsTheSlower()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        var fast = log.OpenCursor("fast", CursorStart.Oldest);
        var slow = log.OpenCursor("slow", CursorStart.Oldest);
        for (var i = 0; i < 30; i++)
        {
            _ = await log.PutAsync($"{i}", 1);
        }

        fast.Commit(log.End);
        await fast.FlushAsync();
        Assert.Equal(0, log.Start.Value);
        slow.Commit(new JournalPosition(15));
        await slow.FlushAsync();
        await Journals.WaitUntilAsync(() => log.Start.Value > 8);

        Assert.True(log.Start <= slow.Committed);
        Assert.Equal("slow", log.Status.BlockingCursor);
        Assert.Equal("15", log.ReadAll().Single(static f => f.First == 15).Text);
        Assert.True(log.RemoveCursor("slow"));
        await Journals.WaitUntilAsync(() => log.Start.Value > 15);
        Assert.False(log.RemoveCursor("slow"));
    }

    [Fact]
    public async Task OpenCursor_AtTheEndAfterTheCursorsWereLost_StartsAtTheOldest()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            _ = await log.PutAsync("x");
            await log.OpenCursor("n", CursorStart.End).FlushAsync();
        }

        foreach (var slot in disk.List().Where(static n => n.StartsWith("index", StringComparison.Ordinal)))
        {
            disk.Damage(slot, static bytes => new byte[bytes.Length]);
        }

        disk.Damage(JournalFileNames.Segment(0, 0), static bytes => [.. bytes[..64], 1, 2, 3]);
        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.True(again.Recovery.CursorsLost);
        Assert.Equal(0, again.OpenCursor("n", CursorStart.End).Committed.Value);
    }

    [Fact]
    public async Task Index_AnySlotsDamaged_PlacesComeFromTheLog()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk, Journals.Options(segment: 200)))
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var i = 1; i <= 10; i++)
            {
                _ = await log.PutAsync("x", 10);
                cursor.Commit(new JournalPosition(2 * i));
                await cursor.FlushAsync();
            }
        }

        string[][] cases = [["index.0"], ["index.1"], ["index.0", "index.1"]];
        foreach (var slots in cases)
        {
            var copy = disk.AfterKill();
            foreach (var slot in slots)
            {
                copy.Damage(slot, static bytes => [.. bytes.Select(static b => (byte)~b)]);
            }

            await using var again = await Journals.OpenAsync(copy);
            Assert.Equal(20, again.OpenCursor("n", CursorStart.Oldest).Committed.Value);
            Assert.Equal(slots.Length == 2 && again.Start.Value > 0, again.Recovery.IndexRebuilt);
            Assert.False(again.Recovery.CursorsLost);
        }
    }
}
