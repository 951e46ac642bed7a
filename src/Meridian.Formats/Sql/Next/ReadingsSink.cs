using System.Text;
using Meridian.Formats.Rows;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql.Next;

/// <summary>Rows as the readings of a page.</summary>
internal sealed class ReadingsSink(ISouthContext context, Item item, RowDecoder decoder, SqlNextLimits limits)
    : IRowSink
{
    /// <summary>A timestamp, a quality and a value of fixed length, as a page counts them.</summary>
    private const int FixedBytes = 16;

    private readonly List<Reading> _readings = [];
    private readonly List<RowProblem> _rowProblems = [];
    private int _kept;
    private string? _firstProblem;
    private int _problemCount;
    private int _keptProblems;
    private long _bytes;

    public string? Begin(IReadOnlyList<string> columns) => decoder.FindMissing(columns);

    public bool Add(IRowCells row, long line)
    {
        var before = _readings.Count;
        _rowProblems.Clear();
        decoder.Decode(row, line, _readings, _rowProblems);
        _firstProblem ??= _rowProblems.Count > 0 ? _rowProblems[0].Reason : null;
        _problemCount += _rowProblems.Count;
        _readings.AddRange(_rowProblems.Where(static one => one.AsItCame is not null)
            .Select(static one => one.AsItCame!.Value)); // filtered
        for (var at = before; at < _readings.Count; at++)
        {
            _bytes += FixedBytes + BytesOf(_readings[at].Value);
        }

        return _readings.Count <= limits.MaxReadings && _bytes <= limits.MaxBytes;
    }

    public void Keep() => (_kept, _keptProblems) = (_readings.Count, _problemCount);

    public ValueTask<Content> EndAsync(Func<string> name, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _keptProblems; i++)
        {
            context.CountUndecoded(item.Name, _firstProblem!); // there is one where there are some
        }

        return ValueTask.FromResult<Content>(new ReadingsContent(_readings.Take(_kept).ToArray()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static long BytesOf(ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.String or ReadingValueKind.Json => Encoding.UTF8.GetByteCount(value.AsString()),
        ReadingValueKind.Bytes => value.AsBytes().Length,
        _ => 0,
    };
}
