using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class AppendTests
{
    [Fact]
    public async Task Append_SeveralCounts_PositionsCountData()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());

        var positions = new[] { await log.PutAsync("x", 3), await log.PutAsync("y", 1), await log.PutAsync("z", 5) };

        Assert.Equal([0, 3, 4], positions.Select(static p => p.Value));
        Assert.Equal(9, log.End.Value);
        Assert.Equal(3, log.Status.Appends);
        Assert.Equal(9, log.Status.Data);
    }

    [Fact]
    public async Task Append_ManyAtOnce_OrderOfCallsIsKeptAndGroupsAreShared()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 1 << 16));
        var source = log.Source("a");

        var tasks = Enumerable.Range(0, 500)
            .Select(i => log.AppendAsync(source, 1, BitConverter.GetBytes(i)).AsTask()).ToList();
        var positions = await Task.WhenAll(tasks).WaitAsync(Journals.Deadline);

        Assert.Equal(Enumerable.Range(0, 500).Select(static i => (long)i), positions.Select(static p => p.Value));
        Assert.True(log.Status.Groups <= 500);
    }

    [Fact]
    public async Task Append_SmallGatherBuffer_WaitersKeepTheirOrder()
    {
        var disk = new MemoryDisk();
        var options = new JournalOptions { Folder = "memory", GatherBytes = 1 };
        await using (var log = await Journals.OpenAsync(disk, options))
        {
            var tasks = Enumerable.Range(0, 100).Select(i => log.PutAsync($"{i}")).ToList();
            _ = await Task.WhenAll(tasks).WaitAsync(Journals.Deadline);
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.Equal(string.Join(',', Enumerable.Range(0, 100)), again.Texts());
    }

    [Fact]
    public async Task Append_CancelledWhileWaiting_IsNotStored()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 200, max: 400));
        var source = log.Source("a");
        _ = await log.PutAsync(new string('x', 100));
        _ = await log.PutAsync(new string('y', 20));
        using var cancel = new CancellationTokenSource();
        var waiting = log.AppendAsync(source, 1, new byte[150], 0, cancel.Token).AsTask();
        await Journals.WaitUntilAsync(() => log.Status.IsFull);

        await cancel.CancelAsync();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Journals.Deadline));
        Assert.Equal(2, log.ReadAll().Count);
        Assert.Equal(0, log.Status.WaitingAppends);
    }

    [Fact]
    public async Task Append_WritesAndFlushesFail_IsStoredOnceInANewSegment()
    {
        var disk = new MemoryDisk();
        var failures = new Queue<string>(["sync", "write", "create", "sync folder", "sync"]);
        await using (var log = await Journals.OpenAsync(disk, Journals.Options(segment: 1 << 16)))
        {
            _ = await log.PutAsync("before");
            disk.Fails = operation =>
                failures.TryPeek(out var next) && string.Equals(next, operation, StringComparison.Ordinal)
                && failures.TryDequeue(out _);
            var position = await log.PutAsync("through");
            Assert.Equal(1, position.Value);
            Assert.Equal(5, log.Status.Faults);
            Assert.Null(log.Status.Fault);
            _ = await log.PutAsync("after");
            Assert.Equal("before,through,after", log.Texts());
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.Equal("before,through,after", again.Texts());
        Assert.Equal([0, 1, 2], again.ReadAll().Select(static f => f.First));
    }

    [Theory]
    [InlineData("write", false)]
    [InlineData("sync", false)]
    [InlineData("write", true)]
    [InlineData("sync", true)]
    public async Task Append_AfterASegmentThatCouldNeitherBeBegunNorDeleted_IsStored(string fails, bool isPowerCut)
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 400));
        var cursor = log.OpenCursor("north", CursorStart.Oldest);
        _ = await log.PutAsync(new string('x', 200));
        var isRefusing = true;
        disk.FailsOn = (operation, name) => isRefusing && name.EndsWith("1-0000.seg", StringComparison.Ordinal)
            && (operation is "delete" || string.Equals(operation, fails, StringComparison.Ordinal));
        cursor.Commit(log.End, new byte[200]);
        _ = cursor.FlushAsync().AsTask();
        await Journals.WaitUntilAsync(() => log.Status.Faults > 0);
        isRefusing = false;

        // Small enough for the segment before.
        _ = await log.PutAsync("after");

        disk = isPowerCut ? disk.AfterPowerCut(new Random(1)) : disk.AfterKill();
        await using var again = await Journals.OpenAsync(disk);
        Assert.EndsWith("after", again.Texts(), StringComparison.Ordinal);
        Assert.Equal(1, again.ReadAll()[^1].First);
    }

    [Fact]
    public async Task Append_ClosedWhileTheDiskRefuses_IsNotAcknowledged()
    {
        var disk = new MemoryDisk();
        var log = await Journals.OpenAsync(disk);
        disk.Fails = static operation => operation is "create" or "write";
        var append = log.PutAsync("lost");
        await Journals.WaitUntilAsync(() => log.Status.Fault is not null);

        await log.DisposeAsync();

        _ = await Assert.ThrowsAsync<JournalClosedException>(() => append);
        _ = await Assert.ThrowsAsync<JournalClosedException>(() => log.PutAsync("later"));
    }

    [Fact]
    public async Task Append_Unacceptable_IsRefused()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());
        await using var other = await Journals.OpenAsync(new MemoryDisk());
        var source = log.Source("a");

        _ = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await log.AppendAsync(source, 0, default));
        _ = await Assert.ThrowsAsync<ArgumentException>(
            async () => await log.AppendAsync(source, 1, new byte[1 << 20]));
        _ = await Assert.ThrowsAsync<ArgumentException>(async () => await other.AppendAsync(source, 1, default));
        _ = Assert.Throws<ArgumentException>(() => log.Source(new string('x', 2000)));
    }

    [Fact]
    public async Task Full_AppendWaits_UntilTheCursorPasses()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 200, max: 400));
        var cursor = log.OpenCursor("north", CursorStart.Oldest);
        var appends = Enumerable.Range(0, 40).Select(i => log.PutAsync($"{i:D10}")).ToList();
        await Journals.WaitUntilAsync(() => log.Status.IsFull);
        Assert.Equal("north", log.Status.BlockingCursor);
        Assert.Contains(appends, static a => !a.IsCompleted);

        var texts = new List<string>();
        while (texts.Count < 40)
        {
            var batch = await cursor.ReadAsync(new JournalReadLimits(3)).AsTask().WaitAsync(Journals.Deadline);
            foreach (var record in batch)
            {
                texts.Add(System.Text.Encoding.UTF8.GetString(record.Payload.Span));
            }

            cursor.Commit(batch.End);
        }

        _ = await Task.WhenAll(appends).WaitAsync(Journals.Deadline);
        Assert.Equal(Enumerable.Range(0, 40), texts.Select(
            static t => int.Parse(t, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.False(log.Status.IsFull);
    }

    [Fact]
    public async Task Full_AllDeliveredInTheNewestSegment_MakesRoomByBeginningANewOne()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk(), Journals.Options(segment: 300, max: 600));
        var cursor = log.OpenCursor("north", CursorStart.Oldest);
        _ = await log.PutAsync(new string('x', 200));
        cursor.Commit(log.End);

        _ = await log.PutAsync(new string('y', 290));
        cursor.Commit(log.End);
        _ = await log.PutAsync(new string('z', 290));

        Assert.Equal(new string('z', 290), log.Texts());
    }

    [Fact]
    public async Task Full_CommitMadeWhileTheNextSegmentWasBegun_MakesRoomAtOnce()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 400, max: 1200));
        var cursor = log.OpenCursor("north", CursorStart.Oldest);
        _ = await log.PutAsync(new string('x', 200));
        var hasCommitted = false;
        disk.FailsOn = (operation, name) =>
        {
            if (!hasCommitted && operation is "create" && name.EndsWith(".seg", StringComparison.Ordinal))
            {
                // The segment is not in the list yet, so the commit does not look like one that sets another free.
                hasCommitted = true;
                cursor.Commit(log.End);
            }

            return false;
        };
        cursor.Commit(log.Start, new byte[300]);
        await cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);
        Assert.True(hasCommitted);
        Assert.Equal(2, log.Status.Segments);

        // Both count now: the next append has to wait.
        await Journals.WaitUntilAsync(() => log.Status.Bytes > 700);

        _ = await log.PutAsync(new string('z', 500));

        Assert.Equal(new string('z', 500), log.Texts());
    }
}
