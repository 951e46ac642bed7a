using System.Buffers;
using Meridian.Formats.Rows;

namespace Meridian.Formats.Csv;

/// <summary>
/// Rows of any source as CSV (RFC 4180) in UTF-8, lines ended by CR LF, columns as the source has them.
/// </summary>
/// <remarks>
/// Values are culture free: numbers with all their digits, times as ISO 8601 (instants in UTC with a <c>Z</c>, local
/// ones without), true and false, bytes in hexadecimal, JSON and texts as they are. No value is an empty field, an
/// empty text is <c>""</c>. Stateless; any thread.
/// </remarks>
public static class RowCsvWriter
{
    /// <summary>Writes the line that names the columns.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="output">Where to.</param>
    public static void WriteHeader(IReadOnlyList<string> columns, char delimiter, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(columns);
        for (var column = 0; column < columns.Count; column++)
        {
            Between(column, delimiter, output);
            CsvText.WriteField(columns[column], delimiter, output);
        }

        output.Write("\r\n"u8);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="output">Where to.</param>
    /// <returns>
    /// What is wrong with the first cell that its source cannot give, and whose field is left empty; null when nothing
    /// is.
    /// </returns>
    public static string? WriteRow(IRowCells row, char delimiter, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(row);
        var problem = (string?)null;
        for (var column = 0; column < row.Columns.Count; column++)
        {
            Between(column, delimiter, output);
            var cell = row.Read(column);
            switch (cell.Kind)
            {
                case RowCellKind.Null:
                    break;
                case RowCellKind.Unreadable:
                    problem ??= $"Column '{row.Columns[column]}': {cell.TextString().TrimEnd('.')}; "
                        + "the field is empty.";
                    break;
                case RowCellKind.Text:
                    CsvText.WriteField(cell.Text, delimiter, output);
                    break;
                default:
                    CsvText.WriteField(CellValues.TextOf(cell), delimiter, output);
                    break;
            }
        }

        output.Write("\r\n"u8);
        return problem;
    }

    private static void Between(int column, char delimiter, IBufferWriter<byte> output)
    {
        if (column > 0)
        {
            output.Write([(byte)delimiter]);
        }
    }
}
