namespace Meridian.Formats.Sql;

/// <summary>What a query's rows become.</summary>
public enum SqlResult
{
    /// <summary>Readings.</summary>
    Readings,

    /// <summary>A CSV file with all of them.</summary>
    Csv,
}
