using System.Diagnostics;
using System.Globalization;
using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// The process whose memory <see cref="SoakTests"/> watch: several writers with checkpoints and files, a reader that
/// keeps up, one that sleeps and is made to drop, one of few data that lies far behind and comes back. Every second it
/// tells what it has come to: "seconds appended read dropped managed resident".
/// </summary>
internal static class SoakProcess
{
    private const int Writers = 8;

    public static async Task RunAsync(string folder, TimeSpan duration)
    {
        var options = new JournalOptions { Folder = folder, SegmentBytes = 4 << 20, MaxBytes = 64 << 20 };
        await using var log = await JournalLog.OpenAsync(options);
        using var stop = new CancellationTokenSource();
        var reader = new Reading(log);
        var all = Enumerable.Range(0, Writers).Select(i => Task.Run(() => WriteAsync(log, i, stop.Token)))
            .Append(Task.Run(() => reader.FollowAsync(stop.Token)))
            .Append(Task.Run(() => reader.VisitAsync(stop.Token)))
            .ToList();
        var sleeper = log.OpenCursor(
            "sleeper", new JournalCursorOptions { Policy = CursorLimitPolicy.DropOldest, MaxLagBytes = 16 << 20 });
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (TimeProvider.System.GetElapsedTime(began) < duration && await timer.WaitForNextTickAsync())
        {
            using var self = Process.GetCurrentProcess();
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} {log.Status.Data} {reader.Data} "
                + $"{sleeper.Dropped.Count} {GC.GetTotalMemory(forceFullCollection: true)} {self.WorkingSet64}"));
            if (all.Find(static task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(all);
    }

    private static async Task WriteAsync(JournalLog log, int writer, CancellationToken stop)
    {
        var name = $"source-{writer}";
        var source = log.Source(name);
        var payload = new byte[400];
        var checkpoints = new JournalCheckpoint[1];
        for (long number = 0; !stop.IsCancellationRequested; number++)
        {
            _ = BitConverter.TryWriteBytes(payload, number);
            checkpoints[0] = new JournalCheckpoint($"item-{number % 100}", payload.AsMemory(0, 8));
            JournalFile? file = null;
            if (number % 1000 == 0)
            {
                using var content = new MemoryStream(payload);
                file = await log.StoreFileAsync(name, content, CancellationToken.None);
            }

            _ = await log.AppendAsync(source, 1, payload, 0, checkpoints, file, CancellationToken.None);
        }
    }

    /// <summary>The two readers that demand every number.</summary>
    private sealed class Reading(JournalLog log)
    {
        private long _data;

        public long Data => Volatile.Read(ref _data);

        /// <summary>Keeps up.</summary>
        public async Task FollowAsync(CancellationToken stop)
        {
            var cursor = log.OpenCursor("follower", CursorStart.Oldest);
            var next = new Dictionary<string, long>(StringComparer.Ordinal);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var batch = await cursor.ReadAsync(new JournalReadLimits(1000), stop);
                    Demand(batch, next);
                    Volatile.Write(ref _data, _data + batch.RecordCount);
                    cursor.Commit(batch.End);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }

        /// <summary>Comes now and then and reads all that has gathered, of one source.</summary>
        public async Task VisitAsync(CancellationToken stop)
        {
            var cursor = log.OpenCursor("visitor", new JournalCursorOptions { Sources = ["source-3"] });
            var next = new Dictionary<string, long>(StringComparer.Ordinal);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
            while (!stop.IsCancellationRequested)
            {
                while (cursor.TryRead(new JournalReadLimits(1000), out var batch))
                {
                    Demand(batch, next);
                    cursor.Commit(batch.End);
                }

                try
                {
                    _ = await timer.WaitForNextTickAsync(stop);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }

        private static void Demand(JournalBatch batch, Dictionary<string, long> next)
        {
            foreach (var record in batch)
            {
                var number = BitConverter.ToInt64(record.Payload.Span);
                if (number != next.GetValueOrDefault(record.Source.Name))
                {
                    throw new InvalidOperationException(
                        $"{record.Source.Name} {number} came, {next.GetValueOrDefault(record.Source.Name)} was due.");
                }

                next[record.Source.Name] = number + 1;
            }
        }
    }
}
