using Meridian.Formats.Rows;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>Rows with a column of the time at which they came, before their own. One thread at a time.</summary>
internal sealed class ArrivedCells(IRowCells rows, TimeProvider time) : IRowCells
{
    /// <summary>The column's name.</summary>
    public const string TimeColumn = "@arrived";

    private readonly List<string> _columns = [TimeColumn];
    private DateTimeOffset _now;

    public IReadOnlyList<string> Columns => _columns;

    /// <summary>An answer begins; all its rows have one time.</summary>
    public void Begin() => _now = time.GetUtcNow();

    /// <summary>The rows went on; columns may have come.</summary>
    public void Follow()
    {
        for (var column = _columns.Count - 1; column < rows.Columns.Count; column++)
        {
            _columns.Add(rows.Columns[column]);
        }
    }

    public RowCell Read(int column) => column == 0 ? RowCell.Of(_now) : rows.Read(column - 1);
}
