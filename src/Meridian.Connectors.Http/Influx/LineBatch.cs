using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Formats.LineProtocol;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Http.Influx;

/// <summary>
/// The lines of one batch: finds what InfluxDB cannot hold or would merge, then writes the rest. Its memory is used
/// again. One call at a time.
/// </summary>
/// <remarks>
/// No time is ever cut: the precision of the batch is the setting's, or the next finer one in which each of its times
/// is whole. A tick of 100 ns is whole in nanoseconds at the latest.
/// </remarks>
internal sealed class LineBatch(InfluxNorthSettings settings)
{
    // One huge batch shall not keep its memory for years.
    private const int MaxIdleBytes = 4 * 1024 * 1024;
    private const long NsPerTick = 100;

    // The least and the greatest nanosecond of InfluxDB: ±9223372036854775806.
    private const long MaxTicks = (long.MaxValue - 1) / NsPerTick;
    private const double MaxWholeFloat = 9_007_199_254_740_992; // 2^53
    private const ulong FnvOffset = 14_695_981_039_346_656_037;
    private const ulong FnvPrime = 1_099_511_628_211;

    private readonly SeriesBook _book = new(settings);
    private readonly Dictionary<(InfluxSeries Series, long Ticks), ulong> _seen = [];
    private readonly List<LineEnd> _ends = [];
    private readonly List<Rejection> _refused = [];
    private ArrayBufferWriter<byte> _lines = new();

    /// <summary>What cannot be stored, by ascending index.</summary>
    public IReadOnlyList<Rejection> Refused => _refused;

    /// <summary>The precision in which the batch is written.</summary>
    public InfluxPrecision Precision { get; private set; }

    /// <summary>Whether a text in the batch has line ends: then a line's number is not its reading's.</summary>
    public bool HasLineEnds { get; private set; }

    /// <summary>Writes the lines of a batch; there are none when anything is refused.</summary>
    public void Write(ValuesBatch batch)
    {
        _lines = _lines.Capacity > MaxIdleBytes ? new ArrayBufferWriter<byte>() : _lines;
        _lines.ResetWrittenCount();
        _seen.Clear();
        _ends.Clear();
        _refused.Clear();
        HasLineEnds = false;
        var readings = batch.Readings.Span;
        Precision = PrecisionOf(readings, settings.Precision);
        for (var index = 0; index < readings.Length; index++)
        {
            if (TryWrite(readings[index], batch.ReplayId is not null) is { } problem)
            {
                _refused.Add(new Rejection(index, problem));
            }
        }
    }

    /// <summary>As many lines as fit into a body, from a reading on; at least one.</summary>
    /// <returns>Where the body ends, and the body, valid until the next batch is written.</returns>
    public (int Next, ReadOnlyMemory<byte> Body) PartFrom(int from)
    {
        var begin = from == 0 ? 0 : _ends[from - 1].Bytes;
        var next = from + 1;
        while (next < _ends.Count && _ends[next].Bytes - begin <= settings.MaxBodySize.Bytes)
        {
            next++;
        }

        return (next, _lines.WrittenMemory[begin.._ends[next - 1].Bytes]);
    }

    /// <summary>The batch is stored, but for some: what stands there now is remembered.</summary>
    public void NoteStored(IReadOnlyList<Rejection> except)
    {
        var gone = except.Select(static one => one.Index).ToHashSet();
        for (var index = 0; index < _ends.Count; index++)
        {
            if (!gone.Contains(index))
            {
                var (series, ticks, hash, _) = _ends[index];
                (series.LastTicks, series.LastHash) = (ticks, hash);
            }
        }
    }

    /// <summary>The precision wanted, or the next finer one in which all times are whole.</summary>
    internal static InfluxPrecision PrecisionOf(ReadOnlySpan<Reading> readings, InfluxPrecision wanted)
    {
        foreach (ref readonly var reading in readings)
        {
            var ticks = TicksOf(reading);
            while (wanted != InfluxPrecision.Ns && ticks % TicksIn(wanted) != 0)
            {
                wanted--;
            }
        }

        return wanted;
    }

    private static long TicksOf(in Reading reading) => reading.Timestamp.UtcTicks - DateTime.UnixEpoch.Ticks;

    private static long TicksIn(InfluxPrecision precision) => precision switch
    {
        InfluxPrecision.Us => TimeSpan.TicksPerMicrosecond,
        InfluxPrecision.Ms => TimeSpan.TicksPerMillisecond,
        InfluxPrecision.S => TimeSpan.TicksPerSecond,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "A tick is coarser than that."),
    };

    /// <summary>Writes a line; where it cannot, says why and leaves at most bytes that are never sent.</summary>
    private string? TryWrite(in Reading reading, bool isReplay)
    {
        var series = _book.Of(reading);
        var ticks = TicksOf(reading);
        if ((series.Problem ?? ProblemOf(reading)) is { } problem)
        {
            return problem;
        }

        if (ticks is < -MaxTicks or > MaxTicks)
        {
            return $"InfluxDB holds times from 1677-09-21 to 2262-04-11; '{reading.Point}' has {reading.Timestamp:O}.";
        }

        _lines.Write(series.Prefix);
        var begin = _lines.WrittenCount;
        WriteFields(reading, series);
        var hash = HashOf(_lines.WrittenSpan[begin..]);
        _lines.Write(" "u8);
        LineProtocolWriter.WriteTimestamp(
            Precision == InfluxPrecision.Ns ? ticks * NsPerTick : ticks / TicksIn(Precision), _lines);
        _lines.Write("\n"u8);
        if (settings.SameTime == InfluxSameTime.Quarantine && TakesAPlace(series, ticks, hash, isReplay))
        {
            return $"InfluxDB has another value of the same series, field and time already and would replace it: "
                + $"point '{reading.Point}' at {reading.Timestamp.UtcDateTime:O}. Set settings.sameTime to overwrite "
                + "if the later one shall stay, or tell them apart by tags.";
        }

        _seen[(series, ticks)] = hash;
        _ends.Add(new LineEnd(series, ticks, hash, _lines.WrittenCount));
        return null;
    }

    /// <summary>In a replay what stands there is older by intent, and may be replaced.</summary>
    private bool TakesAPlace(InfluxSeries series, long ticks, ulong hash, bool isReplay) =>
        _seen.TryGetValue((series, ticks), out var here)
            ? here != hash
            : !isReplay && series.LastTicks == ticks && series.LastHash != hash;

    private string? ProblemOf(in Reading reading)
    {
        var value = reading.Value;
        return value.Kind switch
        {
            ReadingValueKind.Null when settings.Quality != InfluxQuality.Field =>
                $"Point '{reading.Point}' has no value, and InfluxDB stores no line without one. With settings.quality "
                + "\"field\" its quality would be stored.",
            ReadingValueKind.Double when !double.IsFinite(value.AsDouble()) =>
                $"Point '{reading.Point}' is {value}, which InfluxDB cannot hold.",
            ReadingValueKind.UInt64 when settings is { Version: InfluxVersion.V1, Integers: InfluxIntegers.Typed }
                && value.AsUInt64() > long.MaxValue =>
                $"Point '{reading.Point}' is {value}; InfluxDB 1 has no unsigned integers and holds at most "
                + $"{long.MaxValue}.",
            ReadingValueKind.Int64 or ReadingValueKind.UInt64 when settings.Integers == InfluxIntegers.Floats
                && !IsWholeFloat(value) =>
                $"Point '{reading.Point}' is {value}, which no float holds exactly; set settings.integers to typed.",
            _ => null,
        };
    }

    private static bool IsWholeFloat(in ReadingValue value) => value.Kind == ReadingValueKind.UInt64
        ? value.AsUInt64() <= MaxWholeFloat
        : value.AsInt64() is >= -(long)MaxWholeFloat and <= (long)MaxWholeFloat;

    private void WriteFields(in Reading reading, InfluxSeries series)
    {
        if (reading.Value.Kind != ReadingValueKind.Null)
        {
            _lines.Write(series.ValueKey);
            WriteValue(reading.Value);
        }

        if (settings.Quality == InfluxQuality.Field)
        {
            if (reading.Value.Kind != ReadingValueKind.Null)
            {
                _lines.Write(","u8);
            }

            _lines.Write(series.QualityKey);
            LineProtocolWriter.WriteText(reading.Quality.ToString(), _lines);
        }
    }

    private void WriteValue(in ReadingValue value)
    {
        var isFloat = settings.Integers == InfluxIntegers.Floats;
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                LineProtocolWriter.WriteFloat(value.AsDouble(), _lines);
                break;
            case ReadingValueKind.Int64 when isFloat:
                LineProtocolWriter.WriteFloat(value.AsInt64(), _lines);
                break;
            case ReadingValueKind.UInt64 when isFloat:
                LineProtocolWriter.WriteFloat(value.AsUInt64(), _lines);
                break;
            case ReadingValueKind.Int64:
                LineProtocolWriter.WriteInteger(value.AsInt64(), _lines);
                break;
            case ReadingValueKind.UInt64 when settings.Version == InfluxVersion.V1:
                LineProtocolWriter.WriteInteger((long)value.AsUInt64(), _lines);
                break;
            case ReadingValueKind.UInt64:
                LineProtocolWriter.WriteUnsigned(value.AsUInt64(), _lines);
                break;
            case ReadingValueKind.Boolean:
                LineProtocolWriter.WriteBoolean(value.AsBoolean(), _lines);
                break;
            case ReadingValueKind.Bytes:
                LineProtocolWriter.WriteBytes(value.AsBytes().Span, _lines);
                break;
            default:
                HasLineEnds |= value.AsString().AsSpan().ContainsAny('\r', '\n');
                LineProtocolWriter.WriteText(value.AsString(), _lines);
                break;
        }
    }

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = FnvOffset;
        foreach (var one in bytes)
        {
            hash = unchecked((hash ^ one) * FnvPrime);
        }

        return hash;
    }

    /// <summary>Where a line ends, and what it stands for.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct LineEnd(InfluxSeries Series, long Ticks, ulong Hash, int Bytes);
}
