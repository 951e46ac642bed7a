using Meridian.Readings.Blocks;

namespace Meridian.Readings.Columns;

/// <summary>Writes the body of a record: its tables, then its columns (<c>docs/formats/readings.md</c>).</summary>
internal sealed class BodyWriter
{
    private readonly NumberColumn _first = new();
    private readonly NumberColumn _second = new();
    private readonly RecordWriter _endings = new();
    private readonly NumberColumn _places = new();

    public void Write(GatheredReadings readings, RecordWriter writer)
    {
        var start = readings.Ticks.Items[0];
        var period = PeriodOf(readings.AllSeries);
        writer.WriteInt64(start);
        writer.WriteZigZag(period);
        WriteQualities(readings, writer);
        WriteTypes(readings, writer);
        WriteTexts(readings.Texts, writer);
        WriteSeries(readings, writer);
        foreach (var type in readings.Types)
        {
            writer.WriteColumn(type.Firsts.Items);
        }

        WriteOrder(readings, writer);
        WriteTimes(readings, start, period, writer);
        if (readings.Qualities.Codes.Count > 1)
        {
            writer.WriteColumn(readings.QualityIndexes.Items);
        }

        foreach (var type in readings.Types)
        {
            writer.WriteColumn(type.Differences.Items);
        }
    }

    /// <summary>The mean time from one reading of a series to the next, over all series: jitter averages out.</summary>
    private static long PeriodOf(ReadOnlySpan<Series> all)
    {
        var ticks = Int128.Zero;
        var steps = 0L;
        foreach (ref readonly var series in all)
        {
            ticks += series.LastTicks - series.FirstTicks;
            steps += series.Count - 1;
        }

        return steps == 0 ? 0 : (long)(ticks / steps);
    }

    private static void WriteQualities(GatheredReadings readings, RecordWriter writer)
    {
        var codes = readings.Qualities.Codes;
        writer.WriteVarint((ulong)codes.Count);
        for (var i = 0; i < codes.Count; i++)
        {
            writer.WriteUInt32(codes[i]);
        }
    }

    private static void WriteTypes(GatheredReadings readings, RecordWriter writer)
    {
        writer.WriteVarint((ulong)readings.Types.Count);
        foreach (var type in readings.Types)
        {
            writer.WriteByte(type.Type);
        }
    }

    private static void WriteTexts(TextTable texts, RecordWriter writer)
    {
        writer.WriteVarint((ulong)texts.Count);
        writer.WriteColumn(texts.Lengths.Items);
        writer.Write(texts.Bytes.Written);
    }

    /// <summary>Of each series its type, and its name as what it adds to the beginning of the name before.</summary>
    private void WriteSeries(GatheredReadings readings, RecordWriter writer)
    {
        var all = readings.AllSeries;
        writer.WriteVarint((ulong)all.Length);
        var indexes = _first.Restart(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            indexes[i] = all[i].Values.Index;
        }

        writer.WriteColumn(indexes);

        var shared = _first.Restart(all.Length);
        var added = _second.Restart(all.Length);
        var before = ReadOnlySpan<byte>.Empty;
        var rest = readings.Names.Written;
        _endings.Clear();
        for (var i = 0; i < all.Length; i++)
        {
            var name = rest[..all[i].NameBytes];
            rest = rest[name.Length..];
            var same = Math.Min(name.CommonPrefixLength(before), ReadingsFormat.MaxSharedBytes);
            shared[i] = same;
            added[i] = name.Length - same;
            _endings.Write(name[same..]);
            before = name;
        }

        writer.WriteColumn(shared);
        writer.WriteColumn(added);
        writer.Write(_endings.Written);
    }

    /// <summary>
    /// For each reading how far its series is from the one that was expected: the one that followed the series before
    /// it last time, or, the first time, the next in the table.
    /// </summary>
    private void WriteOrder(GatheredReadings readings, RecordWriter writer)
    {
        // Place 0 is what comes first of all; place n + 1 is what comes after series n.
        var next = _places.Restart(readings.SeriesCount + 1);
        for (var i = 0; i < next.Length; i++)
        {
            next[i] = i;
        }

        Span<long> misses = stackalloc long[Block.Length];
        var order = readings.Order.Items;
        var last = 0L;
        for (var at = 0; at < order.Length; at += Block.Length)
        {
            var block = order.Slice(at, Math.Min(Block.Length, order.Length - at));
            for (var i = 0; i < block.Length; i++)
            {
                ref var expected = ref next[(int)last];
                misses[i] = block[i] - expected;
                expected = block[i];
                last = block[i] + 1;
            }

            var written = misses[..block.Length];
            writer.WriteBlock(written, BlockPlan.Of(written));
        }
    }

    /// <summary>
    /// Each block in the way that takes less: against the time that the series' place in the period gives, which is
    /// good for a plant that is asked in turn, or against the reading before, which is good for one that tells what
    /// changed.
    /// </summary>
    private void WriteTimes(GatheredReadings readings, long start, long period, RecordWriter writer)
    {
        // The time that is expected of each series, from the start on.
        var due = _places.Restart(readings.SeriesCount);
        due.Clear();
        Span<long> late = stackalloc long[Block.Length];
        Span<long> since = stackalloc long[Block.Length];
        var order = readings.Order.Items;
        var ticks = readings.Ticks.Items;
        var last = start;
        for (var at = 0; at < ticks.Length; at += Block.Length)
        {
            var length = Math.Min(Block.Length, ticks.Length - at);
            for (var i = 0; i < length; i++)
            {
                var time = ticks[at + i];
                ref var expected = ref due[(int)order[at + i]];
                late[i] = unchecked(time - start - expected);
                expected = unchecked(expected + period);
                since[i] = time - last;
                last = time;
            }

            var byPeriod = BlockPlan.Of(late[..length]);
            var byStep = BlockPlan.Of(since[..length]);
            var isByStep = byStep.Bits < byPeriod.Bits;
            writer.WriteByte(isByStep ? (byte)1 : (byte)0);
            writer.WriteBlock(isByStep ? since[..length] : late[..length], isByStep ? byStep : byPeriod);
        }
    }
}
