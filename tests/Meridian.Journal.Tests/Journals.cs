using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Tests;

/// <summary>Opens small journals and reads them out.</summary>
internal static class Journals
{
    public static TimeSpan Deadline => TimeSpan.FromSeconds(20);

    /// <summary>Options whose commits go to disk only when a test says so.</summary>
    public static JournalOptions Options(
        long segment = 300, long max = 1 << 20, string folder = "memory", long reserve = 0) => new()
        {
            Folder = folder,
            SegmentBytes = segment,
            MaxBytes = max,
            CursorDelay = TimeSpan.FromDays(1),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            ReserveBytes = reserve,
        };

    public static Task<JournalLog> OpenAsync(
        IJournalStorage disk, JournalOptions? options = null, TimeProvider? time = null)
        => JournalLog.OpenOnAsync(disk, options ?? Options(), time, null, CancellationToken.None);

    public static async Task<JournalPosition> PutAsync(
        this JournalLog log, string text, int count = 1, string source = "a")
        => await log.AppendAsync(log.Source(source), count, Encoding.UTF8.GetBytes(text), 7)
            .AsTask().WaitAsync(Deadline);

    /// <summary>All records from a position on.</summary>
    public static List<Found> ReadAll(this JournalLog log, JournalReadLimits limits = default)
    {
        var cursor = log.OpenCursor("read-all", CursorStart.Oldest);
        cursor.Seek(log.Start);
        var found = new List<Found>();
        while (cursor.TryRead(limits, out var batch))
        {
            foreach (var record in batch)
            {
                found.Add(new Found(
                    record.First.Value,
                    record.Count,
                    Encoding.UTF8.GetString(record.Payload.Span),
                    record.Source.Name));
            }
        }

        _ = log.RemoveCursor("read-all");
        return found;
    }

    /// <summary>The payloads of all records, with commas between them.</summary>
    public static string Texts(this JournalLog log) => string.Join(',', log.ReadAll().Select(static f => f.Text));

    public static async Task<JournalPosition> PutAsync(
        this JournalLog log, string text, params JournalCheckpoint[] checkpoints)
        => await log.AppendAsync(log.Source("a"), 1, Encoding.UTF8.GetBytes(text), 7, checkpoints)
            .AsTask().WaitAsync(Deadline);

    /// <summary>A checkpoint of text.</summary>
    public static JournalCheckpoint Checkpoint(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));

    /// <summary>The value of a checkpoint as text; null when there is none.</summary>
    public static string? Latest(this JournalLog log, string key, string source = "a")
        => log.TryGetCheckpoint(log.Source(source), key, out var value) ? Encoding.UTF8.GetString(value) : null;

    public static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}

/// <summary>One record that was read.</summary>
internal sealed record Found(long First, int Count, string Text, string Source);
