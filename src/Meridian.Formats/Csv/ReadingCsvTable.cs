using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Csv;

/// <summary>Some readings as one CSV table (RFC 4180) in UTF-8, in rows or in columns, lines ended by CR LF.</summary>
/// <remarks>
/// <para>
/// Fields are written as <see cref="ReadingCsvWriter"/> writes them. In rows the readings stand in the order given. In
/// columns the rows ascend by time, and the points stand in the order of their first reading. Where a point has several
/// readings of one time there are as many rows of that time, so that each reading has a field of its own. A field is
/// empty where a point has no reading, and where its reading has no value.
/// </para>
/// <para>
/// A table of columns has as many fields as times × points: give it readings of one machine or one group, not of a
/// whole plant. One thread at a time; its memory is used again.
/// </para>
/// </remarks>
public sealed class ReadingCsvTable
{
    private readonly CsvSpec _spec;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _points = [];
    private Cell[] _cells = [];

    private ReadingCsvTable(CsvSpec spec) => _spec = spec;

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">How the table is laid out.</param>
    /// <param name="table">The writer; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the paths <c>layout</c> and <c>delimiter</c>; empty when nothing is.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        CsvSpec spec, [NotNullWhen(true)] out ReadingCsvTable? table, out IReadOnlyList<SettingsProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(spec);

        var found = new List<SettingsProblem>();
        if (!Enum.IsDefined(spec.Layout))
        {
            found.Add(new SettingsProblem("layout", $"The layout {spec.Layout} does not exist; use row or column."));
        }

        if (!",;\t|".Contains(spec.Delimiter, StringComparison.Ordinal))
        {
            found.Add(new SettingsProblem(
                "delimiter",
                $"'delimiter' is '{spec.Delimiter}'; it must be a comma, a semicolon, a tab or a bar, which no number "
                + "has in it."));
        }

        problems = found;
        table = found.Count == 0 ? new ReadingCsvTable(spec) : null;
        return table is not null;
    }

    /// <summary>Writes a whole table; of no readings, nothing at all.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="output">Where to.</param>
    public void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        if (readings.IsEmpty)
        {
            return;
        }

        if (_spec.Layout == CsvLayout.Row)
        {
            WriteRows(readings, output);
        }
        else
        {
            WriteColumns(readings, output);
        }
    }

    private void WriteRows(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        if (_spec.HasHeader)
        {
            foreach (var letter in ReadingCsvWriter.Header)
            {
                output.Write([letter == (byte)',' ? (byte)_spec.Delimiter : letter]);
            }
        }

        foreach (ref readonly var reading in readings)
        {
            ReadingCsvWriter.Write(reading, _spec.Delimiter, output);
        }
    }

    private void WriteColumns(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        var cells = Arrange(readings);
        if (_spec.HasHeader)
        {
            WriteHeader(output);
        }

        for (var at = 0; at < cells.Length;)
        {
            var (ticks, repeat) = (cells[at].Ticks, cells[at].Repeat);
            ReadingText.WriteTimestamp(readings[cells[at].Index].Timestamp, output);
            for (var column = 0; column < _points.Count; column++)
            {
                var isHere = at < cells.Length && cells[at].Ticks == ticks && cells[at].Repeat == repeat
                    && cells[at].Column == column;
                WriteCell(readings, isHere ? cells[at++].Index : -1, output);
            }

            output.Write("\r\n"u8);
        }
    }

    /// <summary>Where each reading goes, in the order of rows and columns.</summary>
    private ReadOnlySpan<Cell> Arrange(ReadOnlySpan<Reading> readings)
    {
        _columns.Clear();
        _points.Clear();
        if (_cells.Length < readings.Length)
        {
            _cells = new Cell[Math.Max(readings.Length, 2 * _cells.Length)];
        }

        var cells = _cells.AsSpan(0, readings.Length);
        for (var index = 0; index < readings.Length; index++)
        {
            ref var column = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _columns, readings[index].Point, out var isKnown);
            if (!isKnown)
            {
                column = _points.Count;
                _points.Add(readings[index].Point);
            }

            cells[index] = new Cell(readings[index].Timestamp.UtcTicks, 0, column, index);
        }

        // First by time and column, so that repeats stand side by side and can be numbered, then by rows.
        cells.Sort(Cell.Compare);
        for (var at = 1; at < cells.Length; at++)
        {
            var (cell, before) = (cells[at], cells[at - 1]);
            if (cell.Ticks == before.Ticks && cell.Column == before.Column)
            {
                cells[at] = cell with { Repeat = before.Repeat + 1 };
            }
        }

        cells.Sort(Cell.Compare);
        return cells;
    }

    private void WriteHeader(IBufferWriter<byte> output)
    {
        output.Write("timestamp"u8);
        foreach (var point in _points)
        {
            WriteDelimiter(output);
            CsvText.WriteField(point, _spec.Delimiter, output);
            if (_spec.HasQualities)
            {
                WriteDelimiter(output);
                CsvText.WriteField($"{point} quality", _spec.Delimiter, output);
            }
        }

        output.Write("\r\n"u8);
    }

    private void WriteCell(ReadOnlySpan<Reading> readings, int index, IBufferWriter<byte> output)
    {
        WriteDelimiter(output);
        if (index >= 0)
        {
            CsvText.WriteValue(readings[index].Value, _spec.Delimiter, output);
        }

        if (_spec.HasQualities)
        {
            WriteDelimiter(output);
            if (index >= 0)
            {
                ReadingText.WriteQuality(readings[index].Quality, output);
            }
        }
    }

    private void WriteDelimiter(IBufferWriter<byte> output) => output.Write([(byte)_spec.Delimiter]);

    /// <summary>A reading's place: its time, which of that time and point it is, its column.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Cell(long Ticks, int Repeat, int Column, int Index)
    {
        public static int Compare(Cell one, Cell other) =>
            (one.Ticks, one.Repeat, one.Column, one.Index)
                .CompareTo((other.Ticks, other.Repeat, other.Column, other.Index));
    }
}
