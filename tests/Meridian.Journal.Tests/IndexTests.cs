using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

/// <summary>The slots of the index are a copy: whatever becomes of them, the log tells the same.</summary>
public sealed class IndexTests
{
    private const int Records = 30;

    [Theory]
    [InlineData("create")]
    [InlineData("write")]
    [InlineData("sync")]
    [InlineData("delete")]
    public async Task Slot_CannotBeWritten_NothingElseSuffersAndItIsMadeAnewLater(string operation)
    {
        var disk = new MemoryDisk();
        var failed = 0;
        disk.FailsOn = (what, name) => IsSlot(name) && failed < 3
            && (string.Equals(what, operation, StringComparison.Ordinal)
                || (failed == 0 && operation is "delete" && what is "write"))
            && ++failed <= 3;
        await using (var log = await Journals.OpenAsync(disk))
        {
            await WorkAsync(log, 0, Records);
            Assert.Null(log.Status.Fault);
            Assert.Equal(Math.Min(3, failed), log.Status.Faults);
        }

        Assert.True(failed > 0, "Nothing failed.");
        disk = disk.AfterPowerCut(new Random(1));
        Assert.All(JournalFileNames.IndexSlots, slot => Assert.NotNull(IndexSlot.Decode(disk.Content(slot), out _)));
        await using var again = await Journals.OpenAsync(disk);
        Check(again, Records);
        Assert.False(again.Recovery.IndexRebuilt);
    }

    [Fact]
    public async Task Slot_CouldNotBeWritten_IsNoFaultForEverWhereNothingIsAppended()
    {
        var disk = new MemoryDisk();
        var options = new JournalOptions { Folder = "memory", KeepPassed = TimeSpan.FromMilliseconds(80) };
        await using var log = await Journals.OpenAsync(disk, options);
        var failed = new TaskCompletionSource();
        disk.FailsOn = (_, name) => IsSlot(name) && failed.TrySetResult();

        _ = await log.PutAsync("the last");
        await failed.Task.WaitAsync(Journals.Deadline);

        await Journals.WaitUntilAsync(() => log.Status is { Faults: > 0, Fault: null });
    }

    [Fact]
    public async Task Slots_CanNeverBeWritten_TheLogTellsAll()
    {
        var disk = new MemoryDisk { FailsOn = static (_, name) => IsSlot(name) };
        await using (var log = await Journals.OpenAsync(disk))
        {
            await WorkAsync(log, 0, Records);
        }

        Assert.DoesNotContain(disk.List(), IsSlot);
        disk = disk.AfterPowerCut(new Random(1));
        disk.FailsOn = static (_, name) => IsSlot(name);
        await using var again = await Journals.OpenAsync(disk);
        Check(again, Records);
        Assert.False(again.Recovery.CursorsLost);
    }

    [Fact]
    public async Task Slot_TornAtEveryByteByAPowerCut_TheOtherOneCounts()
    {
        var disk = await MakeAsync();
        var (newer, older) = Newest(disk);
        var (torn, before) = (disk.Content(newer), disk.Content(older));
        for (var length = 0; length < torn.Length; length++)
        {
            // Cut short, and written half over what the slot held before.
            foreach (var bytes in (byte[][])[torn[..length], [.. torn[..length], .. before.Skip(length)]])
            {
                var copy = disk.AfterKill();
                copy.Damage(newer, _ => bytes);
                await using var log = await Journals.OpenAsync(copy);
                Check(log, Records);
                Assert.False(log.Recovery.IsDamaged);
            }
        }
    }

    [Fact]
    public async Task Slots_BothDamagedAtEveryByte_TheLogIsReplayed()
    {
        var disk = await MakeAsync();
        var length = JournalFileNames.IndexSlots.Max(slot => LengthOf(disk.Content(slot)));
        for (var at = 0; at < length; at++)
        {
            var copy = disk.AfterKill();
            foreach (var slot in JournalFileNames.IndexSlots)
            {
                copy.Damage(slot, bytes => Flip(bytes, Math.Min(at, LengthOf(bytes) - 1)));
            }

            await using var log = await Journals.OpenAsync(copy);
            Check(log, Records);
            Assert.Equal((true, false), (log.Recovery.IndexRebuilt, log.Recovery.IsDamaged));
        }
    }

    [Fact]
    public async Task Slots_NewerThanTheLog_NoPositionAndNoOrdinalIsUsedAgain()
    {
        var disk = await MakeAsync();
        var later = disk.AfterKill();
        await using (var log = await Journals.OpenAsync(later))
        {
            await WorkAsync(log, Records, 2 * Records);
        }

        // The log is an older copy, the slots are those of later.
        foreach (var slot in JournalFileNames.IndexSlots)
        {
            disk.Damage(slot, _ => later.Content(slot));
        }

        var slotEnd = IndexSlot.Decode(disk.Content(Newest(disk).Newer), out _)!.End;
        Assert.Equal(2 * Records, slotEnd);
        disk = disk.AfterKill();
        await using (var log = await Journals.OpenAsync(disk))
        {
            Assert.Equal(2 * Records, log.End.Value);
            Assert.Equal(Records, log.Recovery.Gaps[^1].First.Value);
            Assert.True(log.Recovery.IsDamaged);
            Assert.Equal($"{Records - 1:D30}", log.ReadAll()[^1].Text);
            Assert.InRange(log.OpenCursor("n", CursorStart.Oldest).Committed.Value, Records - 5, 2 * Records);
            await WorkAsync(log, 2 * Records, 3 * Records);
        }

        await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(1)));
        Check(again, 3 * Records);
        Assert.Empty(again.Recovery.Gaps);
    }

    [Fact]
    public async Task Slot_OfAnotherJournal_IsNotUsed()
    {
        var disk = await MakeAsync();
        var other = await MakeAsync();
        var (newer, _) = Newest(disk);
        disk.Damage(newer, _ => other.Content(Newest(other).Newer));

        await using var log = await Journals.OpenAsync(disk.AfterKill());

        Check(log, Records);
    }

    [Fact]
    public async Task Slot_OfANewerVersion_IsRefused()
    {
        var disk = await MakeAsync();
        disk.Damage(JournalFileNames.IndexSlots[1], static bytes =>
        {
            var length = LengthOf(bytes);
            BitConverter.TryWriteBytes(bytes.AsSpan(8), 3u);
            BitConverter.TryWriteBytes(bytes.AsSpan(length - 4), Crc32C.Compute(bytes.AsSpan(0, length - 4)));
            return bytes;
        });

        var fault = await Assert.ThrowsAsync<Faults.JournalUnsupportedVersionException>(
            () => Journals.OpenAsync(disk.AfterKill()));

        Assert.StartsWith("'index.1' has format version 3;", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<MemoryDisk> MakeAsync()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            await WorkAsync(log, 0, Records);
        }

        return disk.AfterKill();
    }

    /// <summary>Appends, commits five behind, so that segments are begun and deleted all the time.</summary>
    private static async Task WorkAsync(JournalLog log, int from, int to)
    {
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        for (var i = from; i < to; i++)
        {
            _ = await log.PutAsync($"{i:D30}", Journals.Checkpoint($"key-{i % 3}", $"{i}"));
            cursor.Commit(new JournalPosition(Math.Max(cursor.Committed.Value, i - 4)), BitConverter.GetBytes(i));
            await cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);
        }
    }

    private static void Check(JournalLog log, int count)
    {
        var cursor = log.OpenCursor("n", CursorStart.End);
        Assert.Equal((count, count - 5), (log.End.Value, cursor.Committed.Value));
        Assert.Equal(count - 1, BitConverter.ToInt32(cursor.State.Span));
        for (var i = count - 3; i < count; i++)
        {
            Assert.Equal($"{i}", log.Latest($"key-{i % 3}"));
        }

        Assert.EndsWith($"{count - 1:D30}", log.Texts(), StringComparison.Ordinal);
    }

    private static (string Newer, string Older) Newest(MemoryDisk disk)
    {
        var slots = JournalFileNames.IndexSlots
            .OrderByDescending(slot => IndexSlot.Decode(disk.Content(slot), out _)!.Sequence).ToList();
        return (slots[0], slots[1]);
    }

    private static bool IsSlot(string name) => JournalFileNames.IndexSlots.Contains(name, StringComparer.Ordinal);

    // What follows it in the file is left over from a longer slot.
    private static int LengthOf(byte[] slot) => BitConverter.ToInt32(slot, 16);

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 0x10;
        return bytes;
    }
}
