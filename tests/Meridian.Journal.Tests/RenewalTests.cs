using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Inspection;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class RenewalTests
{
    [Fact]
    public async Task Renew_AnyTimes_GivesANewIdAndKeepsAllElse()
    {
        var disk = await MakeAsync();
        var former = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            former.Add(await RenewAsync(disk));
            disk = disk.AfterKill();
        }

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal(former, log.FormerIds);
        Assert.DoesNotContain(log.Id, former);
        Assert.False(log.Recovery.IsDamaged);
        Assert.Equal("one,two,three", log.Texts());
        Assert.Equal("1", log.Latest("key"));
        Assert.Equal(2, log.OpenCursor("n", CursorStart.Oldest).Committed.Value);
        Assert.Equal(3, (await log.PutAsync("four")).Value);
        Assert.Equal("one,two,three,four", log.Texts());
    }

    [Fact]
    public async Task Renew_CutAtEveryOperation_LeavesTheOldIdOrTheNewOne()
    {
        var whole = await MakeAsync();
        var before = whole.Operations;
        _ = await RenewAsync(whole);
        for (var step = 1; step <= whole.Operations - before + 1; step++)
        {
            var disk = await MakeAsync();
            var old = IdentityFile.Decode(disk.Content(JournalFileNames.Identity), out _)!.Id;
            disk.DiesAt = disk.Operations + step;
            Guid? told = null;
            try
            {
                await using var log = await Journals.OpenAsync(disk);
                var renewal = log.RenewAsync(CancellationToken.None);
                if (await Task.WhenAny(renewal, disk.Died).WaitAsync(Journals.Deadline) == renewal)
                {
                    told = await renewal;
                }
            }
            catch (IOException) when (disk.IsDead)
            {
                // The renewal was told to have failed, or the journal could not even be opened.
            }

            await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(step)));
            Assert.Equal(told ?? again.Id, again.Id);
            Assert.Equal(again.Id == old ? [] : [old], again.FormerIds);
            Assert.Equal("one,two,three", again.Texts());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Renewed_IdentityFileLost_IsKnownFromTheLogEvenWhenItsSegmentIsGone(bool isTurnedOver)
    {
        var disk = await MakeAsync();
        var old = await RenewAsync(disk);
        Guid id;
        await using (var log = await Journals.OpenAsync(disk = disk.AfterKill()))
        {
            id = log.Id;
            for (var i = 0; isTurnedOver && i < 40; i++)
            {
                var end = await log.PutAsync($"{i:D40}");
                log.OpenCursor("n", CursorStart.Oldest).Commit(end);
            }

            await log.OpenCursor("n", CursorStart.Oldest).FlushAsync();
            await Journals.WaitUntilAsync(() => !isTurnedOver || log.Start.Value > 10);
        }

        foreach (var isIndexLost in (bool[])[false, true])
        {
            var copy = disk.AfterKill();
            copy.Remove(JournalFileNames.Identity);
            if (isIndexLost)
            {
                copy.Remove(JournalFileNames.IndexSlots[0]);
                copy.Remove(JournalFileNames.IndexSlots[1]);
            }

            await using (var log = await Journals.OpenAsync(copy))
            {
                Assert.Equal((id, old), (log.Id, log.FormerIds.Single()));
                Assert.True(log.Recovery.IdentityRestored);
            }

            // It is made anew, not told anew.
            await using var again = await Journals.OpenAsync(copy.AfterKill());
            Assert.Equal((id, false), (again.Id, again.Recovery.IdentityRestored));
        }
    }

    [Fact]
    public async Task IdentityFileLost_AndTheBooksToo_IsANewIdForTheSameLog()
    {
        var disk = await MakeAsync();
        var old = await RenewAsync(disk);
        disk = disk.AfterKill();
        disk.Remove(JournalFileNames.Identity);
        disk.Damage(JournalFileNames.IndexSlots[0], static bytes => new byte[bytes.Length]);
        disk.Damage(JournalFileNames.IndexSlots[1], static bytes => new byte[bytes.Length]);

        // The renewal's own record, the last but for what a close wrote.
        var newest = disk.List().Where(static n => n.EndsWith(".seg", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Last();
        disk.Damage(newest, static bytes =>
        {
            bytes[bytes.AsSpan().LastIndexOf("identity"u8)] ^= 1;
            return bytes;
        });

        await using var log = await Journals.OpenAsync(disk);

        Assert.True(log.Recovery.CursorsLost);
        Assert.Equal([old], log.FormerIds);
        Assert.NotEqual(old, log.Id);
        Assert.Equal("one,two,three", log.Texts());
    }

    [Fact]
    public async Task Renew_TheJournalsOwnSource_IsNobodyElses()
    {
        await using var log = await Journals.OpenAsync(new MemoryDisk());

        _ = Assert.Throws<ArgumentException>(() => log.Source(JournalIdentity.Source));
    }

    [Fact]
    public async Task Renewal_OfAFolder_IsToldByTheInspector()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            _ = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => JournalRenewal.RenewAsync(folder));
            await using (var log = await JournalLog.OpenAsync(Journals.Options(folder: folder)))
            {
                _ = await log.PutAsync("one", Journals.Checkpoint("key", "1"));
                _ = await Assert.ThrowsAsync<JournalLockedException>(() => JournalRenewal.RenewAsync(folder));
            }

            var done = await JournalRenewal.RenewAsync(folder);

            Assert.Equal((0, 1), (done.Start.Value, done.End.Value));
            var found = await JournalInspector.InspectAsync(folder);
            Assert.Equal((done.Id, done.FormerId, 1), (found.Id, found.FormerIds.Single(), found.Checkpoints));
            Assert.Empty(found.Problems);
            File.Delete(Path.Combine(folder, JournalFileNames.Identity));
            found = await JournalInspector.InspectAsync(folder);
            Assert.Equal((done.Id, done.FormerId), (found.Id, found.FormerIds.Single()));
            Assert.StartsWith("journal.id: missing", found.Problems.Single(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<MemoryDisk> MakeAsync()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            _ = await log.PutAsync("one", Journals.Checkpoint("key", "1"));
            _ = await log.PutAsync("two");
            _ = await log.PutAsync("three");
            log.OpenCursor("n", CursorStart.Oldest).Commit(new JournalPosition(2));
        }

        return disk;
    }

    private static async Task<Guid> RenewAsync(MemoryDisk disk)
    {
        await using var log = await Journals.OpenAsync(disk);
        _ = await log.RenewAsync(CancellationToken.None);
        return log.Id;
    }
}
