using System.Globalization;
using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

/// <summary>
/// A journal on a disk that really has no space left, again and again: nothing is lost, nothing is stuck, writing
/// resumes.
/// </summary>
public sealed class SmallDiskTests
{
    private const int UnderWay = 64;

    private readonly List<long> _acknowledged = [];
    private readonly Queue<(long Number, Task<JournalPosition> Append)> _pending = new();
    private readonly HashSet<long> _uncertain = [];
    private long _number;
    private long _last = -1;
    private int _delivered;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DiskFull_AgainAndAgain_LosesNothingAndResumes(bool isMountWanted)
    {
        using var disk = SmallDisk.Make(2 << 20, isMountWanted);
        for (var life = 0; life < 3; life++)
        {
            // From the second life on the start itself finds no free byte.
            await using var log = await Journals.OpenAsync(disk.Storage, Options());
            var cursor = log.OpenCursor("north", CursorStart.Oldest);
            await DrainAsync(log, cursor);
            disk.Free();
            for (var round = 0; round < 3; round++)
            {
                Append(log);
                await AcknowledgeAsync(all: true);
                Assert.Null(log.Status.Fault);
                await FillAsync(log);
                disk.Fill();
                await FillAsync(log);
                Assert.True(log.Status.Faults > 0);
                if (round < 2)
                {
                    // Nobody gives space back but the journal itself.
                    await DrainAsync(log, cursor);
                    await AcknowledgeAsync(all: true);
                    disk.Free();
                }
            }

            await log.DisposeAsync();
            await AcknowledgeAsync(all: true);
        }

        disk.Free();
        await using var again = await Journals.OpenAsync(disk.Storage, Options());
        await DrainAsync(again, again.OpenCursor("north", CursorStart.Oldest));
        Assert.Equal(again.End.Value, _delivered);
        Assert.All(_acknowledged, number => Assert.InRange(number, 0, _last));
        Assert.False(again.Recovery.IsDamaged);
        Assert.True(_acknowledged.Count > 3000, $"The disk took {_acknowledged.Count} only.");
    }

    /// <summary>Appends until the disk refuses.</summary>
    private async Task FillAsync(JournalLog log)
    {
        do
        {
            while (_pending.Count < UnderWay)
            {
                Append(log);
            }

            var oldest = _pending.Peek().Append;
            await Journals.WaitUntilAsync(() => oldest.IsCompleted || log.Status.Fault is not null);
            await AcknowledgeAsync(all: false);
        }
        while (_pending.Count < UnderWay || log.Status.Fault is null);
    }

    private void Append(JournalLog log)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_number}:").PadRight(1000, 'x');
        var append = log.AppendAsync(log.Source("a"), 1, System.Text.Encoding.ASCII.GetBytes(text)).AsTask();
        _pending.Enqueue((_number++, append));
    }

    private async Task AcknowledgeAsync(bool all)
    {
        while (_pending.TryPeek(out var oldest) && (all || oldest.Append.IsCompleted))
        {
            _ = _pending.Dequeue();
            try
            {
                _ = await oldest.Append.WaitAsync(Journals.Deadline);
                _acknowledged.Add(oldest.Number);
            }
            catch (JournalClosedException)
            {
                _ = _uncertain.Add(oldest.Number);
            }
        }
    }

    /// <summary>Reads and commits until nothing waits; each number comes once and in order, and none that was
    /// acknowledged is left out.</summary>
    private async Task DrainAsync(JournalLog log, JournalCursor cursor)
    {
        using var timeout = new CancellationTokenSource(Journals.Deadline);
        while (true)
        {
            var isLast = !_pending.Any(static p => !p.Append.IsCompleted);
            if (cursor.TryRead(new JournalReadLimits(100), out var batch))
            {
                Check(batch);
                cursor.Commit(batch.End);
                await cursor.FlushAsync(timeout.Token);
            }
            else if (isLast)
            {
                return;
            }

            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void Check(JournalBatch batch)
    {
        foreach (var record in batch)
        {
            var text = System.Text.Encoding.ASCII.GetString(record.Payload.Span);
            var number = long.Parse(
                text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            for (var between = _last + 1; between < number; between++)
            {
                Assert.True(_uncertain.Contains(between), $"{between} is lost.");
            }

            Assert.True(number > _last, $"{number} comes twice or too late.");
            _last = number;
            _delivered++;
        }
    }

    private static JournalOptions Options() => new()
    {
        Folder = "journal",
        SegmentBytes = 100_000,
        MaxBytes = 1 << 30,
        CursorDelay = TimeSpan.FromMilliseconds(20),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        ReserveBytes = 64 << 10,
    };
}
