namespace Meridian.Formats.Sql;

/// <summary>How a query is asked again and again.</summary>
public enum SqlMode
{
    /// <summary>By windows of time: the query has <c>@StartTime</c> and <c>@EndTime</c>.</summary>
    Window,

    /// <summary>
    /// By a column that only grows: the query has <c>@LastSequence</c> and <c>@Limit</c>, and goes on from the last
    /// value that came.
    /// </summary>
    Sequence,
}
