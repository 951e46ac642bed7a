using System.Globalization;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Seen;
using Meridian.Journal;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Checkpoints;

/// <summary>
/// An item's history as checkpoints of its South's journal source: a head, and one for each chunk of readings seen.
/// Drawn in docs/formats/history.md. All that <see cref="Encode"/> gives belongs into one record, with the readings.
/// </summary>
internal static class HistoryCheckpoints
{
    private const byte Version = 1;

    /// <summary>The key of the head. No item name can make one key of another.</summary>
    public static string HeadKey(string item) => "history/" + item;

    /// <summary>The key of a chunk.</summary>
    public static string ChunkKey(int id, string item) =>
        string.Create(CultureInfo.InvariantCulture, $"history#{id}/{item}");

    /// <summary>What must be stored so that the journal holds a history.</summary>
    /// <param name="history">The history.</param>
    /// <param name="stored">What the journal holds of the item; null for nothing. Only the difference is given.</param>
    public static JournalCheckpoint[] Encode(ItemHistory history, ItemHistory? stored)
    {
        if (history == stored)
        {
            return [];
        }

        var name = history.Item.Name;
        var before = stored?.Seen.Chunks.ToDictionary(static chunk => chunk.Id) ?? [];
        var checkpoints = new List<JournalCheckpoint> { new(HeadKey(name), EncodeHead(history)) };
        foreach (var chunk in history.Seen.Chunks)
        {
            if (!before.Remove(chunk.Id, out var known) || known != chunk)
            {
                checkpoints.Add(new JournalCheckpoint(ChunkKey(chunk.Id, name), EncodeChunk(chunk)));
            }
        }

        checkpoints.AddRange(before.Keys.Select(id => new JournalCheckpoint(ChunkKey(id, name), default)));
        return [.. checkpoints];
    }

    /// <summary>What forgets the item in the journal; it begins anew at its start.</summary>
    public static JournalCheckpoint[] Forget(ItemHistory stored) =>
        [.. stored.Seen.Chunks.Select(static chunk => chunk.Id).Select(id => ChunkKey(id, stored.Item.Name))
            .Prepend(HeadKey(stored.Item.Name)).Select(static key => new JournalCheckpoint(key, default))];

    /// <summary>The history that the journal holds of an item; a new one when it holds none.</summary>
    /// <param name="item">The item.</param>
    /// <param name="find">Gives the value of a key, or null.</param>
    /// <exception cref="HistoryFormatException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static ItemHistory Decode(Item item, Func<string, byte[]?> find)
    {
        var key = HeadKey(item.Name);
        if (find(key) is not { } bytes)
        {
            return new ItemHistory { Item = item };
        }

        var reader = new CheckpointReader(item.Name, key, bytes, Version);
        var from = ReadInstant(ref reader);
        var newest = ReadInstant(ref reader);
        var askedTo = ReadInstant(ref reader);
        var coverage = ReadCoverage(ref reader);
        var chunks = new SeenChunk[reader.ReadVarint(SeenLimits.Default.Chunks, "the number of chunks")];
        for (var (index, id) = (0, -1L); index < chunks.Length; index++)
        {
            id += 1 + reader.ReadVarint(SeenLimits.Default.Chunks, "the number of a chunk");
            chunks[index] = DecodeChunk(item.Name, (int)Math.Min(id, SeenLimits.Default.Chunks), find);
        }

        var sum = reader.ReadUInt64();
        reader.ReadEnd();
        var seen = SeenReadings.TryMake(chunks);
        return seen is not null && sum == SumOf(seen)
            ? new ItemHistory
            {
                Item = item,
                Coverage = coverage,
                Seen = seen,
                From = from,
                Newest = newest,
                AskedTo = askedTo,
            }
            : throw reader.Damaged("its chunks are not those it was stored with");
    }

    private static ReadOnlyMemory<byte> EncodeHead(ItemHistory history)
    {
        var writer = new CheckpointWriter(Version);
        writer.WriteVarint((history.From ?? -1) + 1);
        writer.WriteVarint((history.Newest ?? -1) + 1);
        writer.WriteVarint((history.AskedTo ?? -1) + 1);
        writer.WriteVarint(history.Coverage.Ranges.Length);
        var reached = 0L;
        foreach (var range in history.Coverage.Ranges)
        {
            writer.WriteVarint(range.Start - reached);
            writer.WriteVarint(range.Length);
            reached = range.End;
        }

        writer.WriteVarint(history.Seen.Chunks.Count);
        var last = -1;
        foreach (var id in history.Seen.Chunks.Select(static chunk => chunk.Id).Order())
        {
            writer.WriteVarint(id - last - 1);
            last = id;
        }

        writer.WriteUInt64(SumOf(history.Seen));
        return writer.Finish();
    }

    private static ReadOnlyMemory<byte> EncodeChunk(SeenChunk chunk)
    {
        var writer = new CheckpointWriter(Version);
        writer.WriteVarint(chunk.Readings.Length);
        var last = 0L;
        foreach (var reading in chunk.Readings)
        {
            writer.WriteVarint(reading.Ticks - last);
            writer.WriteUInt64(reading.Identity);
            last = reading.Ticks;
        }

        return writer.Finish();
    }

    private static SeenChunk DecodeChunk(string item, int id, Func<string, byte[]?> find)
    {
        var key = ChunkKey(id, item);
        var bytes = find(key) ?? throw new HistoryFormatException(item, $"checkpoint '{key}' is missing");
        var reader = new CheckpointReader(item, key, bytes, Version);
        var readings = new SeenReading[reader.ReadVarint(SeenLimits.Default.PerChunk, "the number of readings")];
        if (readings.Length == 0)
        {
            throw reader.Damaged("it holds no reading");
        }

        var last = 0L;
        for (var index = 0; index < readings.Length; index++)
        {
            last += reader.ReadVarint(DateTime.MaxValue.Ticks - last, "a timestamp");
            readings[index] = new SeenReading(last, reader.ReadUInt64());
        }

        reader.ReadEnd();
        return new SeenChunk(id, readings);
    }

    private static long? ReadInstant(ref CheckpointReader reader)
    {
        var stored = reader.ReadVarint(DateTime.MaxValue.Ticks + 1, "an instant");
        return stored == 0 ? null : stored - 1;
    }

    private static CoverageLedger ReadCoverage(ref CheckpointReader reader)
    {
        var ranges = new TickRange[reader.ReadVarint(CoverageLedger.MaxRanges, "the number of ranges")];
        var reached = 0L;
        for (var index = 0; index < ranges.Length; index++)
        {
            var start = reached + reader.ReadVarint(DateTime.MaxValue.Ticks - reached, "the start of a range");
            reached = start + reader.ReadVarint(DateTime.MaxValue.Ticks - start, "the length of a range");
            ranges[index] = new TickRange(start, reached);
        }

        return CoverageLedger.TryMake(ranges) ?? throw reader.Damaged("its ranges touch or are empty");
    }

    /// <summary>Tells whether all chunks are there, and are those that the head was stored with.</summary>
    private static ulong SumOf(SeenReadings seen)
    {
        var sum = 0UL;
        foreach (var reading in seen.All)
        {
            sum = unchecked(sum + ((ulong)reading.Ticks ^ reading.Identity) + 1);
        }

        return sum;
    }
}
