using Meridian.Connectors.Http.South.Requests;
using Meridian.Formats.Rows;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>One who asked, and what it was given.</summary>
internal sealed class RowTaker(HttpQuery query, GatheredRows rows)
{
    public HttpQuery Query => query;

    public RowDecoder Decoder => query.Decoder;

    public GatheredRows Rows => rows;

    public bool HasRecords { get; set; }

    /// <summary>Whether no record had a column that all must have: a property's name is wrong then.</summary>
    /// <param name="columns">All columns that any record had.</param>
    public bool IsBlind(IReadOnlyList<string> columns)
    {
        var spec = query.Settings.Rows;
        return spec.Layout == RowLayout.Tall
            ? new[] { spec.TimeColumn, spec.PointColumn, spec.ValueColumn }.OfType<string>().Any(IsMissing)
            : IsMissing(spec.TimeColumn)
                || (spec.Columns.Count > 0 && spec.Columns.All(column => IsMissing(column.Column)));

        bool IsMissing(string name) => !columns.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
