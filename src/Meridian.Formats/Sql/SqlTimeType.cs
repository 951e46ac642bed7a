namespace Meridian.Formats.Sql;

/// <summary>What type the column of the time has, and so what <c>@StartTime</c> and <c>@EndTime</c> are.</summary>
public enum SqlTimeType
{
    /// <summary>An instant: PostgreSQL's <c>timestamptz</c>.</summary>
    WithTimeZone,

    /// <summary>A local time: <c>timestamp</c>; the zone is that of the rows' time.</summary>
    WithoutTimeZone,

    /// <summary>A date of the zone of the rows' time.</summary>
    Date,

    /// <summary>A number, by the format of the rows' time, such as <c>unixSeconds</c>.</summary>
    Number,

    /// <summary>A text, by the format of the rows' time, that sorts as its time does.</summary>
    Text,
}
