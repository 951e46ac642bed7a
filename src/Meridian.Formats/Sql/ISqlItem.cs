using Meridian.Formats.Rows;

namespace Meridian.Formats.Sql;

/// <summary>The settings of an item that asks by SQL, whatever its database.</summary>
public interface ISqlItem
{
    /// <summary>How the query is asked again and again.</summary>
    SqlMode Mode { get; }

    /// <summary>The query: one statement with the variables of its mode.</summary>
    string Query { get; }

    /// <summary>The type of the time's column, and of <c>@StartTime</c> and <c>@EndTime</c>.</summary>
    SqlTimeType TimeType { get; }

    /// <summary>How the query goes on by a sequence.</summary>
    SqlSequenceSpec Sequence { get; }

    /// <summary>What the rows become.</summary>
    SqlResult Result { get; }

    /// <summary>How rows become readings; of rows that become files only the time counts.</summary>
    RowSpec Rows { get; }

    /// <summary>How rows become CSV files.</summary>
    SqlCsvSpec Csv { get; }
}
