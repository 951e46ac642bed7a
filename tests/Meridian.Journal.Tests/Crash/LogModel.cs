using FsCheck;
using FsCheck.Fluent;
using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Random actions against a list in memory. The actions are bytes, so that a failure shrinks to the few that matter;
/// segments hold a few records, so that every edge comes up.
/// </summary>
public sealed class LogModel
{
    [Fact]
    public void Log_AnyActions_IsTheListThatItShouldBe() => Prop.ForAll<byte[]>(RunAsync).QuickCheckThrowOnFailure();

    private static async Task RunAsync(byte[] actions)
    {
        var disk = new MemoryDisk();
        var options = Journals.Options(segment: 400);
        var log = await Journals.OpenAsync(disk, options);
        var expected = new List<string>();
        var committed = 0;
        var latest = new Dictionary<string, string>(StringComparer.Ordinal);
        var deliveredTo = log.OpenCursor("n", CursorStart.Oldest).Committed.Value;
        foreach (var action in actions ?? [])
        {
            var amount = action / 8;
            switch (action % 8)
            {
                case < 3:
                    var text = new string((char)('a' + (expected.Count % 26)), 1 + amount);
                    var key = $"k{amount % 3}";
                    latest[key] = $"{expected.Count}";
                    _ = await log.PutAsync(text, Journals.Checkpoint(key, latest[key]));
                    expected.Add(text);
                    break;
                case 3:
                    committed = Math.Min(expected.Count, committed + amount);
                    log.OpenCursor("n", CursorStart.Oldest).Commit(new JournalPosition(committed));
                    await log.OpenCursor("n", CursorStart.Oldest).FlushAsync();
                    break;
                case 4:
                    var cursor = log.OpenCursor("n", CursorStart.Oldest);
                    if (cursor.TryRead(new JournalReadLimits(1 + amount), out var batch))
                    {
                        // What is committed may be gone before it is read.
                        Assert.InRange(batch.First.Value, deliveredTo, Math.Max(deliveredTo, committed));
                        deliveredTo = batch.End.Value;
                    }

                    break;
                case 5:
                    var reader = log.OpenCursor("n", CursorStart.Oldest);
                    var target = Math.Min(expected.Count, committed + amount);
                    reader.Seek(new JournalPosition(target));
                    deliveredTo = target;
                    break;
                case 6:
                    await log.DisposeAsync();
                    (disk, deliveredTo) = (disk.AfterKill(), committed);
                    log = await Journals.OpenAsync(disk, options);
                    break;
                default:
                    var left = disk.AfterPowerCut(new Random(amount));
                    await log.DisposeAsync();
                    (disk, deliveredTo) = (left, committed);
                    log = await Journals.OpenAsync(disk, options);
                    break;
            }

            Check(log, expected, committed, latest);
        }

        await log.DisposeAsync();
    }

    private static void Check(
        JournalLog log, List<string> expected, int committed, Dictionary<string, string> latest)
    {
        Assert.Equal(expected.Count, log.End.Value);
        Assert.Equal(committed, log.OpenCursor("n", CursorStart.Oldest).Committed.Value);
        Assert.True(log.Start.Value <= committed);
        var found = log.ReadAll();
        var first = found.Count > 0 ? (int)found[0].First : expected.Count;
        Assert.Equal(expected[first..], found.Select(static f => f.Text), StringComparer.Ordinal);
        Assert.All(latest, pair => Assert.Equal(pair.Value, log.Latest(pair.Key)));
    }
}
