using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class CheckpointTests
{
    [Fact]
    public async Task Checkpoint_WithContent_IsKnownWhenDurableAndAfterAKill()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk);
        Assert.Null(log.Latest("item"));

        _ = await log.PutAsync("x", Journals.Checkpoint("item", "1"), Journals.Checkpoint("other", "9"));
        _ = await log.PutAsync("y", Journals.Checkpoint("item", "2"));

        Assert.Equal(("2", "9"), (log.Latest("item"), log.Latest("other")));
        Assert.Null(log.Latest("item", "another source"));
        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.Equal(("2", "9"), (again.Latest("item"), again.Latest("other")));
        Assert.Equal(["item", "other"], again.GetCheckpoints(again.Source("a")).Select(static c => c.Key).Order(
            StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("x,y", again.Texts());
    }

    [Fact]
    public async Task Checkpoint_OfAnAppendThatFails_IsNotKnown()
    {
        var disk = new MemoryDisk();
        var log = await Journals.OpenAsync(disk);
        _ = await log.PutAsync("x", Journals.Checkpoint("item", "1"));
        disk.Fails = static operation => operation is "sync";
        var append = log.PutAsync("y", Journals.Checkpoint("item", "2"));
        await Journals.WaitUntilAsync(() => log.Status.Fault is not null);

        Assert.Equal("1", log.Latest("item"));
        await log.DisposeAsync();
        _ = await Assert.ThrowsAsync<Faults.JournalClosedException>(() => append);
    }

    [Fact]
    public async Task Checkpoint_WithoutContent_TakesNoPositionAndIsDurable()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            _ = await log.PutAsync("x");
            await log.StoreCheckpointsAsync(log.Source("a"), new[] { Journals.Checkpoint("item", "empty answer") });
            Assert.Equal(1, log.End.Value);
            Assert.Equal("x", log.Texts());
        }

        await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(1)));
        Assert.Equal("empty answer", again.Latest("item"));
    }

    [Fact]
    public async Task Checkpoint_WithoutAValue_IsForgottenForEver()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 200);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            _ = await log.PutAsync("x", Journals.Checkpoint("item", "1"));
            _ = await log.PutAsync("y", Journals.Checkpoint("item", ""));
            Assert.Null(log.Latest("item"));
            await TurnOverAsync(log, cursor, 20);
        }

        // An index slot that is older than the removal must not bring it back either.
        foreach (var slot in JournalFileNames.IndexSlots)
        {
            var copy = disk.AfterKill();
            copy.Remove(slot);
            await using var again = await Journals.OpenAsync(copy, options);
            Assert.Null(again.Latest("item"));
        }
    }

    [Fact]
    public async Task Books_TheirSegmentsAreDeleted_AreCarriedForwardInTheLog()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 300);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            _ = log.OpenCursor("idle", CursorStart.Oldest);
            log.OpenCursor("idle", CursorStart.Oldest).Commit(default, "its state"u8);
            for (var i = 0; i < 50; i++)
            {
                _ = await log.PutAsync("x", Journals.Checkpoint($"item-{i}", $"{i}"));
            }

            log.OpenCursor("idle", CursorStart.Oldest).Commit(new JournalPosition(50), "its state"u8);
            await TurnOverAsync(log, log.OpenCursor("n", CursorStart.Oldest), 30);
            Assert.True(log.Start.Value >= 50);
        }

        // Without the index there is nothing but the segments that are left.
        var copy = disk.AfterKill();
        copy.Remove(JournalFileNames.IndexSlots[0]);
        copy.Remove(JournalFileNames.IndexSlots[1]);
        await using var again = await Journals.OpenAsync(copy, options);
        Assert.True(again.Recovery.IndexRebuilt);
        Assert.False(again.Recovery.IsDamaged);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal($"{i}", again.Latest($"item-{i}")));
        var idle = again.OpenCursor("idle", CursorStart.Oldest);
        Assert.Equal("its state", System.Text.Encoding.UTF8.GetString(idle.State.Span));
    }

    [Fact]
    public async Task RemovedCursor_WithAnOldIndexSlot_StaysRemoved()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 200);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            await log.OpenCursor("gone", CursorStart.Oldest).FlushAsync();
            for (var i = 0; i < 6; i++)
            {
                _ = await log.PutAsync("x");
            }

            _ = log.RemoveCursor("gone");
            await TurnOverAsync(log, log.OpenCursor("n", CursorStart.Oldest), 4);
        }

        foreach (var slot in JournalFileNames.IndexSlots)
        {
            var copy = disk.AfterKill();
            copy.Remove(slot);
            await using var again = await Journals.OpenAsync(copy, options);
            Assert.Equal("n", again.Cursors.Single().Name);
        }
    }

    [Fact]
    public async Task Checkpoint_Unacceptable_IsRefused()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());

        _ = await Assert.ThrowsAsync<ArgumentException>(() => log.PutAsync("x", new JournalCheckpoint("", default)));
        _ = await Assert.ThrowsAsync<ArgumentException>(
            () => log.PutAsync("x", Journals.Checkpoint(new string('k', 1025), "1")));
        _ = await Assert.ThrowsAsync<ArgumentException>(
            () => log.PutAsync("x", Journals.Checkpoint("k", new string('v', 4097))));
        _ = await Assert.ThrowsAsync<ArgumentException>(
            async () => await log.StoreCheckpointsAsync(log.Source("a"), default));
    }

    [Fact]
    public async Task Checkpoints_HundredThousandKeys_AreKnownAtOnceAfterAStart()
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 4 << 20, max: 64 << 20);
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            for (var i = 0; i < 100; i++)
            {
                var checkpoints = Enumerable.Range(i * 1000, 1000)
                    .Select(static k => Journals.Checkpoint($"line/{k}", $"at {k}")).ToArray();
                await log.StoreCheckpointsAsync(log.Source("a"), checkpoints);
            }
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill(), options);
        Assert.Equal("at 99999", again.Latest("line/99999"));
        Assert.Equal(100_000, again.GetCheckpoints(again.Source("a")).Count);
    }

    /// <summary>Appends and passes so much that segments are deleted.</summary>
    private static async Task TurnOverAsync(JournalLog log, JournalCursor cursor, int appends)
    {
        var start = log.Start;
        for (var i = 0; i < appends; i++)
        {
            _ = await log.PutAsync(new string('z', 60));
            foreach (var name in log.Cursors.Select(static c => c.Name))
            {
                var each = log.OpenCursor(name, CursorStart.Oldest);
                each.Commit(log.End, each.State.Span);
            }

            await cursor.FlushAsync();
        }

        await Journals.WaitUntilAsync(() => log.Start > start);
    }
}
