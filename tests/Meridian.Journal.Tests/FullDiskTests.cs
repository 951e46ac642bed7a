using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task DiskFull_ReadingCommittingAndDeletingGoOn_AndAppendingResumes()
    {
        var disk = new MemoryDisk();
        var options = Options();
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var i = 0; i < 20; i++)
            {
                _ = await log.PutAsync($"{i:D60}");
            }

            await Journals.WaitUntilAsync(() => disk.List().Contains("reserve", StringComparer.Ordinal));
            disk.Capacity = disk.Used;
            var waiting = await FillRoomAsync(log);
            var first = log.End.Value;

            // Nobody gives space back but the journal itself, by delivering.
            while (cursor.TryRead(new JournalReadLimits(2), out var batch) && batch.End.Value < 10)
            {
                cursor.Commit(batch.End, "state"u8);
            }

            cursor.Commit(new JournalPosition(10), "state"u8);
            await cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);
            await Journals.WaitUntilAsync(() => log.Start.Value > 0);
            Assert.Equal(first, (await waiting.WaitAsync(Journals.Deadline)).Value);
            _ = await log.PutAsync("after");
            Assert.Null(log.Status.Fault);
        }

        disk.Capacity = long.MaxValue;
        await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(3)), options);
        Assert.EndsWith("through,after", again.Texts(), StringComparison.Ordinal);
        Assert.False(again.Recovery.IsDamaged);
        Assert.Equal(10, again.OpenCursor("n", CursorStart.Oldest).Committed.Value);
    }

    [Fact]
    public async Task DiskFull_SpaceThatWasMadeAhead_IsUsedFirst()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 4096);
        long made;
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            _ = await log.PutAsync("first");
            made = disk.Used;
            disk.Capacity = made;
            for (var i = 0; i < 20; i++)
            {
                _ = await log.PutAsync($"{i:D60}");
            }

            Assert.Equal((null, made), (log.Status.Fault, disk.Used));
        }

        // What was not used is given back.
        Assert.InRange(disk.Used, 1, made - 1);
        await using var again = await Journals.OpenAsync(disk.AfterKill(), options);
        Assert.Equal((21, 0L), (again.ReadAll().Count, again.Recovery.TornBytes));
    }

    [Fact]
    public async Task Killed_SpaceThatWasMadeAhead_IsNoDamage()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 4096));
        _ = await log.PutAsync("first");

        await using var again = await Journals.OpenAsync(disk.AfterKill(), Journals.Options(segment: 4096));

        Assert.Equal((0L, false), (again.Recovery.TornBytes, again.Recovery.IsDamaged));
        Assert.Equal("first", again.Texts());
    }

    [Fact]
    public async Task DiskFull_KilledWhileTheReserveIsInUse_KeepsTheCommit()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Options());
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        for (var i = 0; i < 20; i++)
        {
            _ = await log.PutAsync($"{i:D60}");
        }

        await Journals.WaitUntilAsync(() => disk.List().Contains("reserve", StringComparer.Ordinal));
        _ = log.OpenCursor("holds all", CursorStart.Oldest);
        await cursor.FlushAsync();
        disk.Capacity = disk.Used;
        for (var i = 1; i <= 15; i++)
        {
            cursor.Commit(new JournalPosition(i), "state"u8);
            await cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);
        }

        var left = disk.AfterKill();
        left.Capacity = left.Used;
        await using var again = await Journals.OpenAsync(left, Options());
        Assert.Equal(15, again.OpenCursor("n", CursorStart.Oldest).Committed.Value);
        Assert.Equal(20, again.ReadAll().Count);
        Assert.Equal((0, false), (again.Recovery.TornBytes, again.Recovery.IsDamaged));
    }

    [Fact]
    public async Task DiskFull_AtTheStart_OpensAndReads()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk, Options()))
        {
            _ = await log.PutAsync("one");
        }

        var full = disk.AfterKill();
        full.Remove("reserve");
        full.Capacity = full.Used;

        await using var again = await Journals.OpenAsync(full, Options());
        Assert.Equal("one", again.Texts());
    }

    /// <summary>Appends into the room that was made ahead until the disk refuses.</summary>
    /// <returns>The append that waits.</returns>
    private static async Task<Task<JournalPosition>> FillRoomAsync(JournalLog log)
    {
        while (true)
        {
            var append = log.PutAsync("through");
            await Journals.WaitUntilAsync(() => append.IsCompleted || log.Status.Fault is not null);
            if (!append.IsCompleted)
            {
                return append;
            }

            _ = await append;
        }
    }

    private static JournalOptions Options() => Journals.Options(segment: 400, reserve: 8192);
}
