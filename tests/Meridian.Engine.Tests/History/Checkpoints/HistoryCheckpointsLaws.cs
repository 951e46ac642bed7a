using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.History;
using Meridian.Engine.History.Checkpoints;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Seen;
using Meridian.Journal;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Checkpoints;

/// <summary>What is stored is what was held; bytes that are not are a fault, never another history.</summary>
public sealed class HistoryCheckpointsLaws
{
    private const string Name = "item";

    private static readonly Gen<CoverageLedger> Ledgers =
        from starts in Gen.Choose(0, int.MaxValue).ArrayOf()
        from scale in Gen.Elements(1L, 600_000_000L, DateTime.MaxValue.Ticks / int.MaxValue)
        select starts.Aggregate(CoverageLedger.Empty, (ledger, start) =>
            ledger.Cover(new TickRange(start * scale, Math.Min(DateTime.MaxValue.Ticks, (start + 9L) * scale)), out _));

    private static readonly Gen<SeenReading[]> Readings = (
        from ticks in Gen.Choose(0, 5_000)
        from identity in ArbMap.Default.GeneratorFor<ulong>()
        select new SeenReading(639_000_000_000_000_000 + (ticks * 10_000_000L), identity)).ArrayOf();

    private static readonly Arbitrary<ItemHistory> Histories = (
        from coverage in Ledgers
        from readings in Gen.Sized(size => Readings.Resize(size * 20))
        from instants in Gen.Choose(-1, int.MaxValue).Select(value => value < 0 ? null : (long?)value).ArrayOf(3)
        select new ItemHistory
        {
            Item = new Item(Name, "settings"),
            Coverage = coverage,
            Seen = SeenReadings.Empty.With([.. readings.Distinct().Order()], CoverageLedger.Empty),
            From = instants[0],
            Newest = instants[1],
            AskedTo = instants[2],
        }).ToArbitrary();

    [Fact]
    public void History_Stored_IsTheSame() => Prop.ForAll(Histories, history =>
    {
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Store(disk, history, stored: null);

        CheckSame(history, Load(disk));
        Assert.Empty(HistoryCheckpoints.Encode(history, history));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void History_StoredAsADifference_IsTheSameAndLeavesNothingBehind() =>
        Prop.ForAll(Histories, Readings.ToArbitrary(), Gen.Choose(0, 5_000).ToArbitrary(), (first, more, seconds) =>
        {
            var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            Store(disk, first, stored: null);
            var stored = Load(disk);
            var covered = new TickRange(0, 639_000_000_000_000_000 + (seconds * 10_000_000L));
            var coverage = stored.Coverage.Cover(covered, out _);
            SeenReading[] added = [.. more.Where(reading => !stored.Seen.Contains(reading)).Distinct().Order()];
            var next = stored with { Coverage = coverage, Seen = stored.Seen.With(added, coverage) };

            Store(disk, next, stored);

            CheckSame(next, Load(disk));
            Assert.Equal(1 + next.Seen.Chunks.Count, disk.Count);
            Assert.All(HistoryCheckpoints.Forget(next), checkpoint => Assert.True(disk.Remove(checkpoint.Key)));
            Assert.Empty(disk);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void History_AsLargeAsItMayBe_FitsInCheckpoints()
    {
        var step = DateTime.MaxValue.Ticks / CoverageLedger.MaxRanges;
        var ranges = Enumerable.Range(0, CoverageLedger.MaxRanges)
            .Select(number => new TickRange((number * step) + 1, (number * step) + (step / 2)));
        var limits = SeenLimits.Default;
        var far = Enumerable.Range(1, limits.Readings)
            .Select(number => new SeenReading(number * (DateTime.MaxValue.Ticks / limits.Readings), 1));
        var history = new ItemHistory
        {
            Item = new Item(Name, "settings"),
            Coverage = CoverageLedger.TryMake([.. ranges]) ?? CoverageLedger.Empty,
            Seen = SeenReadings.Empty.With([.. far], CoverageLedger.Empty),
            From = DateTime.MaxValue.Ticks,
            Newest = DateTime.MaxValue.Ticks,
            AskedTo = DateTime.MaxValue.Ticks,
        };
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);

        Store(disk, history, stored: null);

        Assert.Equal(0, history.Seen.Room);
        Assert.Equal(CoverageLedger.MaxRanges, history.Coverage.Ranges.Length);
        Assert.All(disk.Values, bytes => Assert.True(bytes.Length <= JournalLimits.MaxCheckpointBytes - 128));
        CheckSame(history, Load(disk));
    }

    [Fact]
    public void History_AnyByteDamagedOrCut_IsAFaultThatNamesTheItem()
    {
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var history = new ItemHistory
        {
            Item = new Item(Name, "settings"),
            Coverage = CoverageLedger.Empty.Cover(new TickRange(10, 300), out _).Cover(new TickRange(900, 902), out _),
            Seen = SeenReadings.Empty.With(
                [.. Enumerable.Range(1_000, 300).Select(tick => new SeenReading(tick, (ulong)tick << 40))],
                CoverageLedger.Empty),
            Newest = 1_299,
        };
        Store(disk, history, stored: null);
        Assert.Equal(3, disk.Count);
        foreach (var (key, bytes) in disk.ToArray())
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                byte[] damaged = [.. bytes];
                damaged[at] ^= (byte)(1 << (at % 8));
                CheckFault(disk, key, damaged);
                CheckFault(disk, key, bytes[..at]);
            }

            disk[key] = bytes;
        }

        _ = Load(disk);
    }

    [Fact]
    public void History_BytesWithTheirChecksumThatMakeNoSense_AreAFault() => Prop.ForAll<byte[]>(any =>
    {
        byte[] body = [1, .. any];
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["history/item"] = [.. body, .. BitConverter.GetBytes(CheckpointChecksum.Of(body))],
        };
        try
        {
            CheckSame(Load(disk), Load(disk));
        }
        catch (HistoryFormatException fault)
        {
            Assert.False(fault.IsTransient);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void History_ChunkMissingOrOlderThanItsHead_IsAFault()
    {
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var first = new ItemHistory
        {
            Item = new Item(Name, "settings"),
            Seen = SeenReadings.Empty.With([new SeenReading(1, 1)], CoverageLedger.Empty),
        };
        Store(disk, first, stored: null);
        var chunk = disk["history#0/item"];
        Store(disk, first with { Seen = first.Seen.With([new SeenReading(2, 2)], CoverageLedger.Empty) }, first);

        CheckFault(disk, "history#0/item", chunk);
        Assert.True(disk.Remove("history#0/item"));
        _ = Assert.Throws<HistoryFormatException>(() => Load(disk));
    }

    [Fact]
    public void History_OfALaterVersion_SaysSo()
    {
        byte[] body = [2, 0];
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["history/item"] = [.. body, .. BitConverter.GetBytes(CheckpointChecksum.Of(body))],
        };

        var fault = Assert.Throws<HistoryFormatException>(() => Load(disk));

        Assert.Contains("version 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void History_NothingStored_IsNew() => CheckSame(
        new ItemHistory { Item = new Item(Name, "settings") }, Load(new(StringComparer.Ordinal)));

    /// <summary>docs/formats/history.md draws these bytes.</summary>
    [Fact]
    public void History_OnDisk_IsTheseBytes()
    {
        var disk = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var history = new ItemHistory
        {
            Item = new Item(Name, "settings"),
            Coverage = CoverageLedger.Empty.Cover(new TickRange(10, 300), out _).Cover(new TickRange(301, 302), out _),
            Seen = SeenReadings.Empty.With(
                [new SeenReading(400, 0x0102), new SeenReading(401, 3)], CoverageLedger.Empty),
            From = 9,
            Newest = 401,
        };

        Store(disk, history, stored: null);

        Assert.Equal("010A920300020AA202010101002602000000000000177F5FAB", Convert.ToHexString(disk["history/item"]));
        Assert.Equal("0102900302010000000000000103000000000000009C4872E9", Convert.ToHexString(disk["history#0/item"]));
    }

    private static void Store(Dictionary<string, byte[]> disk, ItemHistory history, ItemHistory? stored)
    {
        foreach (var checkpoint in HistoryCheckpoints.Encode(history, stored))
        {
            if (checkpoint.Value.IsEmpty)
            {
                Assert.True(disk.Remove(checkpoint.Key));
            }
            else
            {
                disk[checkpoint.Key] = checkpoint.Value.ToArray();
            }
        }
    }

    private static ItemHistory Load(Dictionary<string, byte[]> disk) =>
        HistoryCheckpoints.Decode(new Item(Name, "settings"), key => disk.GetValueOrDefault(key));

    private static void CheckFault(Dictionary<string, byte[]> disk, string key, byte[] bytes)
    {
        disk[key] = bytes;
        var fault = Assert.Throws<HistoryFormatException>(() => Load(disk));
        Assert.Contains($"'{Name}'", fault.Message, StringComparison.Ordinal);
    }

    private static void CheckSame(ItemHistory wanted, ItemHistory found)
    {
        Assert.Equal(wanted.Coverage, found.Coverage);
        Assert.Equal(wanted.Seen.All, found.Seen.All);
        Assert.Equal(wanted.Seen.Chunks.Select(chunk => chunk.Id), found.Seen.Chunks.Select(chunk => chunk.Id));
        Assert.Equal((wanted.From, wanted.Newest, wanted.AskedTo), (found.From, found.Newest, found.AskedTo));
    }
}
