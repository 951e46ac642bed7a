using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Kills the process at every operation that changes the disk, which may be half done. The disk keeps all that was
/// written, so a start finds no damage, and nothing that belongs to nobody stays.
/// </summary>
public sealed class KillAtEveryOperationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AtEveryOperation_IsNoDamageAndLeavesNoFileOfNobody(bool isDiskFull)
    {
        var whole = new MemoryDisk();
        await WorkAsync(whole, isDiskFull);
        Assert.True(whole.Operations > 100, $"The work has {whole.Operations} operations only.");
        for (var diesAt = 1; diesAt <= whole.Operations; diesAt++)
        {
            var disk = new MemoryDisk { DiesAt = diesAt };
            await WorkAsync(disk, isDiskFull);
            disk = disk.AfterKill();
            await using var log = await Journals.OpenAsync(disk, Options());
            Assert.False(log.Recovery.IsDamaged, $"Killed at {diesAt}: {log.Recovery}");
            Assert.Empty(disk.List("damaged"));
            var referred = Referred(log);
            await Journals.WaitUntilAsync(() => disk.List(JournalFileNames.Files).All(referred.Contains));
            await log.DisposeAsync();
        }
    }

    private static async Task WorkAsync(MemoryDisk disk, bool isDiskFull)
    {
        JournalLog? log = null;
        try
        {
            log = await Journals.OpenAsync(disk, Options());
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var i = 0; i < 12; i++)
            {
                using var content = new MemoryStream([1, 2, 3]);
                var file = i % 3 == 0 ? await log.StoreFileAsync("file", content) : null;
                await AliveAsync(disk, log.AppendAsync(
                    log.Source("a"), 1, Encoding.ASCII.GetBytes($"{i:D60}"), 0, default, file).AsTask());
                cursor.Commit(new JournalPosition(Math.Max(0, i - 6)));
                await AliveAsync(disk, cursor.FlushAsync().AsTask());
            }

            if (isDiskFull)
            {
                // The reserve becomes a segment by its name alone.
                disk.Capacity = disk.Used;
                cursor.Commit(new JournalPosition(9), new byte[600]);
                await AliveAsync(disk, cursor.FlushAsync().AsTask());
                disk.Capacity = long.MaxValue;
            }
        }
        catch (IOException) when (disk.IsDead)
        {
            // Killed.
        }

        await (log?.DisposeAsync() ?? default);
    }

    private static async Task AliveAsync(MemoryDisk disk, Task work)
    {
        if (await Task.WhenAny(work, disk.Died).WaitAsync(Journals.Deadline) != work)
        {
            throw new IOException("Killed.");
        }

        await work;
    }

    private static HashSet<string> Referred(JournalLog log)
    {
        var referred = new HashSet<string>(StringComparer.Ordinal);
        var cursor = log.OpenCursor("files", CursorStart.Oldest);
        while (cursor.TryRead(default, out var batch))
        {
            referred.UnionWith(batch.ToList().Where(static r => r.GetFile() is not null)
                .Select(static r => r.GetFile()!.Id.ToString("N")));
        }

        return referred;
    }

    private static JournalOptions Options() => Journals.Options(segment: 300, reserve: 4096);
}
