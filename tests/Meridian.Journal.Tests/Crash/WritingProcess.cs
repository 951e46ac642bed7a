using System.Globalization;
using System.Text;
using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// The process that <see cref="KillTests"/> kill. It appends numbers from the given one on for ever, sixteen under way
/// at a time, each with a checkpoint and some with a file; reads and commits behind itself, and tells on its output
/// what it does: "S" before the start, "A number" acknowledged, "C position" committed.
/// </summary>
internal static class WritingProcess
{
    public const string Source = "numbers";

    /// <summary>Every so many numbers come with a file.</summary>
    public const int FileEvery = 50;

    /// <summary>The key of a number's checkpoint.</summary>
    public static string KeyOf(long number) => $"key-{number % 4}";

    /// <summary>A number as text.</summary>
    public static string TextOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static async Task RunAsync(string folder, long number)
    {
        var options = new JournalOptions
        {
            Folder = folder,
            SegmentBytes = 20_000,
            CursorDelay = TimeSpan.FromMilliseconds(20),
            ReserveBytes = 4096,
        };
        await Console.Out.WriteLineAsync("S");
        await using var log = await JournalLog.OpenAsync(options);
        var cursor = log.OpenCursor("reader", CursorStart.Oldest);
        var pending = new Queue<(long Number, Task<JournalPosition> Append)>();
        while (true)
        {
            pending.Enqueue((number, await AppendAsync(log, number)));
            number++;
            if (pending.Count < 16)
            {
                continue;
            }

            var (acknowledged, append) = pending.Dequeue();
            _ = await append;
            await Console.Out.WriteLineAsync($"A {acknowledged}");
            if (acknowledged % 100 == 0 && cursor.TryRead(new JournalReadLimits(95), out var batch))
            {
                await Console.Out.WriteLineAsync($"C {batch.End.Value}");
                await Console.Out.FlushAsync();
                cursor.Commit(batch.End);
            }
        }
    }

    private static async Task<Task<JournalPosition>> AppendAsync(JournalLog log, long number)
    {
        var bytes = Encoding.ASCII.GetBytes(TextOf(number));
        JournalCheckpoint[] checkpoints = [new(KeyOf(number), bytes)];
        JournalFile? file = null;
        if (number % FileEvery == 0)
        {
            using var content = new MemoryStream(bytes);
            file = await log.StoreFileAsync(TextOf(number), content);
        }

        return log.AppendAsync(log.Source(Source), 1, bytes, 0, checkpoints, file).AsTask();
    }
}
