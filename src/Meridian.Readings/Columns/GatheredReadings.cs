using System.Text;
using Meridian.Readings.Blocks;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Columns;

/// <summary>
/// The readings of the next record, taken apart into columns as they come. Steps: the point, its series by the value's
/// type, the value as an integer, its difference to the one before. <see cref="BodyWriter"/> writes them.
/// </summary>
internal sealed class GatheredReadings
{
    /// <summary>
    /// What a record takes at most beside what follows: its start and period, its numbers and the heads of its blocks,
    /// of which each takes 12 bytes at most and of which large columns have one for 256 numbers.
    /// </summary>
    private const int MostRecordBytes = 160;

    /// <summary>25 bits of order, 64 of time, 25 of quality, 64 of value, and its share of the heads.</summary>
    private const int MostReadingBytes = 4 + 8 + 4 + 8 + 1;

    /// <summary>8 bits of type, 8 and 17 of lengths, 64 of a first value, and its share of the heads.</summary>
    private const int MostSeriesBytes = 1 + 1 + 3 + 8 + 1;

    /// <summary>32 bits of length and its share of the heads.</summary>
    private const int MostTextBytes = 4 + 1;

    /// <summary>Itself and the heads of its two columns.</summary>
    private const int MostTypeBytes = 1 + (2 * 12);

    /// <summary>More than a usual record holds; a longer array is given back after the record.</summary>
    private const int MaxKeptSeries = 262_144;

    private readonly KnownPoints _points = new();
    private readonly ValueColumn?[] _columns = new ValueColumn?[256];
    private Series[] _series = new Series[64];
    private long _record = 1;

    public int Count => Order.Count;

    /// <summary>What the record takes at most, without its head.</summary>
    public int MostBytes => (int)Math.Min(
        int.MaxValue,
        MostRecordBytes + Names.Length + Texts.Bytes.Length
            + ((long)Count * MostReadingBytes) + ((long)SeriesCount * MostSeriesBytes)
            + ((long)Texts.Count * MostTextBytes) + (Types.Count * MostTypeBytes)
            + ((long)Qualities.Codes.Count * sizeof(uint)));

    /// <summary>For each reading the index of its series.</summary>
    public NumberColumn Order { get; } = new();

    public NumberColumn Ticks { get; } = new();

    /// <summary>For each reading the index of its status code.</summary>
    public NumberColumn QualityIndexes { get; } = new();

    public QualityColumn Qualities { get; } = new();

    public TextTable Texts { get; } = new();

    /// <summary>The types of values, in the order in which they first came.</summary>
    public List<ValueColumn> Types { get; } = [];

    /// <summary>The names of the series' points, one behind the other.</summary>
    public RecordWriter Names { get; } = new();

    public int SeriesCount { get; private set; }

    public ReadOnlySpan<Series> AllSeries => _series.AsSpan(0, SeriesCount);

    public void Add(ReadOnlySpan<Reading> readings)
    {
        var order = Order.Extend(readings.Length);
        var times = Ticks.Extend(readings.Length);
        var qualities = QualityIndexes.Extend(readings.Length);
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            var ticks = reading.Timestamp.UtcTicks;
            times[i] = ticks;
            qualities[i] = Qualities.IndexOf(reading.Quality.StatusCode);
            order[i] = AddValue(reading.Point, reading.Value, ticks);
        }
    }

    public void Clear()
    {
        _record++;
        _points.Trim();
        foreach (var column in Types)
        {
            column.Clear();
        }

        // The references in them would keep texts alive.
        _series.AsSpan(0, SeriesCount).Clear();
        _series = _series.Length > MaxKeptSeries ? new Series[64] : _series;
        SeriesCount = 0;
        Types.Clear();
        Order.Clear();
        Ticks.Clear();
        QualityIndexes.Clear();
        Qualities.Clear();
        Texts.Clear();
        Names.Clear();
    }

    private int AddValue(string name, in ReadingValue value, long ticks)
    {
        var pointIndex = _points.IndexOf(name);
        ref var point = ref _points[pointIndex];
        var number = 0L;
        var type = value.Kind == ReadingValueKind.Double
            ? ValueForm.Of(ReadingValueKind.Double, point.Shape(value.AsDouble(), out number))
            : (byte)value.Kind;
        var index = SeriesOf(ref point, type);
        ref var series = ref _series[index];
        if (value.Kind != ReadingValueKind.Double)
        {
            number = NumberOf(ref series, value);
        }

        if (series.Count++ == 0)
        {
            series.FirstTicks = ticks;
            series.Values.Firsts.Add(number);
        }
        else
        {
            series.Values.Differences.Add(unchecked(number - series.Last));
        }

        series.LastTicks = ticks;
        series.Last = number;
        return index;
    }

    /// <summary>Text and bytes become their index in the table, the other kinds their bits.</summary>
    private long NumberOf(ref Series series, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Int64:
                return value.AsInt64();
            case ReadingValueKind.UInt64:
                return unchecked((long)value.AsUInt64());
            case ReadingValueKind.Boolean:
                return value.AsBoolean() ? 1 : 0;
            case ReadingValueKind.Bytes:
                return Texts.Add(value.AsBytes().Span);
            case ReadingValueKind.String or ReadingValueKind.Json:
                var text = value.AsString();
                if (string.Equals(text, series.LastText, StringComparison.Ordinal))
                {
                    return series.Last;
                }

                series.LastText = text;
                return Texts.IndexOf(text);
            default:
                return 0;
        }
    }

    private int SeriesOf(ref KnownPoint point, byte type)
    {
        var first = point.Record == _record ? point.Series : -1;
        for (var index = first; index >= 0; index = _series[index].OfSamePoint)
        {
            if (_series[index].Values.Type == type)
            {
                return index;
            }
        }

        if (SeriesCount == _series.Length)
        {
            Array.Resize(ref _series, 2 * SeriesCount);
        }

        _series[SeriesCount] = new Series
        {
            Values = ColumnOf(type),
            OfSamePoint = first,
            NameBytes = WriteName(point.Name!), // Found by its name, so it has one.
        };
        point.Record = _record;
        point.Series = SeriesCount;
        return SeriesCount++;
    }

    private ValueColumn ColumnOf(byte type)
    {
        var column = _columns[type] ??= new ValueColumn(type);
        if (column.Firsts.Count == 0)
        {
            column.Index = Types.Count;
            Types.Add(column);
        }

        return column;
    }

    private int WriteName(string name)
    {
        var length = Encoding.UTF8.GetBytes(name, Names.Reserve(Encoding.UTF8.GetMaxByteCount(name.Length)));
        Names.Advance(length);
        return length;
    }
}
