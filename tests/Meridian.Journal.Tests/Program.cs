using System.Text;
using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests;

// The process that the kill tests start and kill: appends numbers from the given one on for ever, sixteen under way at
// a time, reads and commits behind itself, and tells on its output what was acknowledged: "A number", "C position".
internal static class Program
{
    private static async Task Main(string[] args)
    {
        if (args is not ["write", var folder, var first])
        {
            return;
        }

        var options = new JournalOptions
        {
            Folder = folder,
            SegmentBytes = 20_000,
            CursorDelay = TimeSpan.FromMilliseconds(20),
        };
        await using var log = await JournalLog.OpenAsync(options);
        var source = log.Source("numbers");
        var cursor = log.OpenCursor("reader", CursorStart.Oldest);
        var number = long.Parse(first, System.Globalization.CultureInfo.InvariantCulture);
        var pending = new Queue<(long Number, Task<JournalPosition> Append)>();
        while (true)
        {
            pending.Enqueue((number, log.AppendAsync(source, 1, Encoding.ASCII.GetBytes($"{number}")).AsTask()));
            number++;
            if (pending.Count < 16)
            {
                continue;
            }

            var (acknowledged, append) = pending.Dequeue();
            _ = await append;
            await Console.Out.WriteLineAsync($"A {acknowledged}");
            if (acknowledged % 100 == 0 && cursor.TryRead(new JournalReadLimits(50), out var batch))
            {
                await Console.Out.WriteLineAsync($"C {batch.End.Value}");
                await Console.Out.FlushAsync();
                cursor.Commit(batch.End);
            }
        }
    }
}
