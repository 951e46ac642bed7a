using System.Diagnostics;
using System.Globalization;
using Meridian.Fixtures;
using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests.Crash;

/// <summary>Kills a real process (<see cref="WritingProcess"/>) at random moments.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Kill_WhileWriting_LosesNothingAcknowledged()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        var dice = new Random(Seed.Given ?? 20_26);
        var acknowledged = new HashSet<long>();
        long next = 0, committed = 0;
        var rounds = TestMode.IsLong ? 200 : 20;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                // Now and then before the first acknowledgement: then the kill falls into a start.
                var told = await WriteAndKillAsync(folder, next, dice.Next(5) == 0 ? 0 : dice.Next(1, 1500));
                acknowledged.UnionWith(told.Acknowledged);
                (next, committed) = await CheckAsync(folder, acknowledged, committed, told.LastCommit);
            }

            Assert.True(acknowledged.Count >= 75 * rounds, $"Only {acknowledged.Count} were acknowledged.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(List<long> Acknowledged, long LastCommit)> WriteAndKillAsync(
        string folder, long first, int lines)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "exec", typeof(KillTests).Assembly.Location, "write", folder, WritingProcess.TextOf(first),
            },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var acknowledged = new List<long>();
        long lastCommit = 0;
        var isKilled = false;
        using var timeout = new CancellationTokenSource(Journals.Deadline);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            // Lines that are still in the pipe when the process is dead count too. A line cut short by the kill is a
            // smaller number, which was acknowledged as well.
            if (line.Length > 2 && line[0] == 'A')
            {
                acknowledged.Add(long.Parse(line.AsSpan(2), CultureInfo.InvariantCulture));
            }
            else if (line.Length > 2 && line[0] == 'C')
            {
                lastCommit = Math.Max(lastCommit, long.Parse(line.AsSpan(2), CultureInfo.InvariantCulture));
            }

            if (!isKilled && acknowledged.Count >= lines)
            {
                process.Kill();
                isKilled = true;
            }
        }

        await process.WaitForExitAsync(timeout.Token);
        Assert.True(isKilled, "The writer ended by itself.");
        return (acknowledged, lastCommit);
    }

    private static async Task<(long Next, long Committed)> CheckAsync(
        string folder, HashSet<long> acknowledged, long committedBefore, long lastCommit)
    {
        await using var log = await JournalLog.OpenAsync(Journals.Options(segment: 20_000, folder: folder));
        Assert.False(log.Recovery.IsDamaged, log.Recovery.ToString());
        var committed = log.OpenCursor("reader", CursorStart.Oldest).Committed.Value;
        Assert.InRange(committed, committedBefore, Math.Max(committedBefore, lastCommit));

        // One number per position, in order, so position and number are the same. The journal deletes what is committed
        // in its own time, so what is read may begin anywhere up to there.
        var found = log.ReadAll();
        var first = found.Count > 0 ? found[0].First : log.End.Value;
        Assert.All(found, static f => Assert.Equal(f.First, long.Parse(f.Text, CultureInfo.InvariantCulture)));
        Assert.Equal(
            Enumerable.Range(0, found.Count).Select(i => first + i), found.Select(static f => f.First));
        Assert.True(first <= committed, $"What lies between {committed} and {first} is lost.");
        Assert.All(acknowledged, number => Assert.True(number < log.End.Value, $"{number} is lost."));
        CheckCheckpoints(log);
        await CheckFilesAsync(log, folder, committed);
        return (log.End.Value, committed);
    }

    /// <summary>A checkpoint and its content are one record: neither ahead nor behind, not even when the content was
    /// delivered and deleted.</summary>
    private static void CheckCheckpoints(JournalLog log)
    {
        for (var number = Math.Max(0, log.End.Value - 4); number < log.End.Value; number++)
        {
            var key = WritingProcess.KeyOf(number);
            Assert.Equal(WritingProcess.TextOf(number), log.Latest(key, WritingProcess.Source));
        }
    }

    private static async Task CheckFilesAsync(JournalLog log, string folder, long committed)
    {
        var referred = new HashSet<string>(StringComparer.Ordinal);
        var cursor = log.OpenCursor("files", CursorStart.Oldest);
        while (cursor.TryRead(default, out var batch))
        {
            foreach (var record in batch)
            {
                Assert.Equal(record.First.Value % WritingProcess.FileEvery == 0, record.GetFile() is not null);
                if (record.GetFile() is not { } file)
                {
                    continue;
                }

                _ = referred.Add(file.Id.ToString("N"));
                if (record.First.Value >= committed)
                {
                    using var content = new StreamReader(log.OpenFile(file));
                    Assert.Equal(WritingProcess.TextOf(record.First.Value), await content.ReadToEndAsync());
                }
            }
        }

        // Whatever the kill left that no record refers to is gone with the start.
        _ = log.RemoveCursor("files");
        var files = Path.Combine(folder, "files");
        await Journals.WaitUntilAsync(() => !Directory.Exists(files)
            || Directory.GetFiles(files).All(path => referred.Contains(Path.GetFileName(path))));
    }
}
