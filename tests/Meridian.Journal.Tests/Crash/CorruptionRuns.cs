using System.Globalization;
using Meridian.Fixtures;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>Damages a journal at random: it always opens, reading ends, and only what was hit is lost.</summary>
public sealed class CorruptionRuns
{
    private const int Records = 60;

    [Fact]
    public async Task Corruption_AnyKindAnywhere_OpensAndLosesWhatWasHitOnly()
    {
        var whole = await MakeAsync();
        var first = Seed.Given ?? 1;
        for (var seed = first; seed < first + (TestMode.IsLong ? 10_000 : 1000); seed++)
        {
            try
            {
                await RunAsync(whole.AfterKill(), new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"MERIDIAN_TEST_SEED={seed}: {e.Message}", e);
            }
        }
    }

    private static async Task<MemoryDisk> MakeAsync()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk, Journals.Options(segment: 800)))
        {
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            for (var i = 0; i < Records; i++)
            {
                _ = await log.PutAsync($"{i:D30}", Journals.Checkpoint("key", $"{i}"));
                cursor.Commit(new JournalPosition(i / 10), BitConverter.GetBytes(i));
                if (i % 7 == 0)
                {
                    await cursor.FlushAsync();
                }
            }
        }

        return disk.AfterKill();
    }

    private static async Task RunAsync(MemoryDisk disk, Random dice)
    {
        var before = TextsOf(disk);
        var hit = Damage(disk, dice);
        var spared = TextsOf(disk);
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 800));

        var found = log.ReadAll();
        Assert.All(found, f => Assert.True(
            before.TryGetValue(f.First, out var text) && string.Equals(text, f.Text, StringComparison.Ordinal),
            $"'{f.Text}' at {f.First} was invented."));
        var lost = spared.Keys.Except(found.Select(static f => f.First)).ToList();
        Assert.True(lost.Count == 0, $"{hit}: {string.Join(',', lost)} were good and are lost.");
        Assert.True(
            found.Count == Records || IsTold(log), $"{hit}: {Records - found.Count} are missing and nobody says so.");
        Assert.InRange(log.OpenCursor("n", CursorStart.Oldest).Committed.Value, 0, Records);
        var position = await log.PutAsync("new");
        Assert.True(found.Count == 0 || position.Value > found[^1].First);
        Assert.EndsWith("new", log.Texts(), StringComparison.Ordinal);
    }

    private static bool IsTold(JournalLog log) => log.Recovery.IsDamaged || log.Recovery.TornBytes > 0
        || log.Recovery.MissingData > 0 || log.Status.DamagedBytes > 0 || log.Status.MissingData > 0;

    private static string Damage(MemoryDisk disk, Random dice)
    {
        var names = disk.List().Where(static n => n.EndsWith(".seg", StringComparison.Ordinal)
            || n.StartsWith("index", StringComparison.Ordinal) || n is JournalFileNames.Identity).Order(
            StringComparer.Ordinal).ToList();
        var name = names[dice.Next(names.Count)];
        var length = disk.Content(name).Length;
        var at = dice.Next(Math.Max(1, length));
        var size = dice.Next(1, Math.Max(2, length - at));
        var kind = dice.Next(6);
        switch (kind)
        {
            case 0:
                disk.Damage(name, bytes => Changed(bytes, b => b[at] ^= (byte)(1 << dice.Next(8))));
                break;
            case 1:
                disk.Damage(name, bytes => bytes[..at]);
                break;
            case 2:
                disk.Damage(name, bytes => Changed(bytes, b => b.AsSpan(at, Math.Min(size, b.Length - at)).Clear()));
                break;
            case 3:
                disk.Damage(name, bytes => Changed(
                    bytes, b => dice.NextBytes(b.AsSpan(at, Math.Min(size, b.Length - at)))));
                break;
            case 4:
                disk.Remove(name);
                break;
            default:
                var other = names[dice.Next(names.Count)];
                var (one, two) = (disk.Content(name), disk.Content(other));
                disk.Damage(name, _ => two);
                disk.Damage(other, _ => one);
                name += $" and {other}";
                break;
        }

        return string.Create(CultureInfo.InvariantCulture, $"kind {kind} of {name} at {at}, {size} bytes");
    }

    private static byte[] Changed(byte[] bytes, Action<byte[]> change)
    {
        change(bytes);
        return bytes;
    }

    /// <summary>What a patient reader finds in files of the right name: the records that no damage hit.</summary>
    private static Dictionary<long, string> TextsOf(MemoryDisk disk)
    {
        var found = new Dictionary<long, string>();
        foreach (var name in disk.List().Where(static n => n.EndsWith(".seg", StringComparison.Ordinal)))
        {
            var bytes = disk.Content(name);
            _ = JournalFileNames.TryParseSegment(name, out var first, out _);
            if (bytes.Length < SegmentHeader.Size || !SegmentHeader.TryRead(bytes, out var header)
                || header.First != first)
            {
                continue;
            }

            var seed = SegmentHeader.Seed(header.Journal);
            for (var at = SegmentHeader.Size; at + RecordHeader.Size <= bytes.Length; at++)
            {
                if (RecordHeader.TryRead(bytes.AsSpan(at), seed, out var record)
                    && at + record.TotalLength <= bytes.Length
                    && record.Type == RecordType.Content
                    && record.Covers(bytes.AsSpan(at + RecordHeader.Size, record.PayloadLength), seed))
                {
                    var payload = bytes.AsSpan(at + RecordHeader.Size, record.PayloadLength);
                    found[record.First] = System.Text.Encoding.UTF8.GetString(payload[Attachments.LengthOf(payload)..]);
                }
            }
        }

        return found;
    }
}
