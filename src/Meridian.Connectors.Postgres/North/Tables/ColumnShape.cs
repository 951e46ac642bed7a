namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>A column as the rows need it.</summary>
internal sealed record ColumnShape(string Name, string Type, bool IsRequired)
{
    /// <summary>The time, which every layout has.</summary>
    public static ColumnShape Time { get; } = new("time", "timestamp with time zone", IsRequired: true);

    /// <summary>Whether a column of that type takes our bytes: a varchar takes a text's.</summary>
    public bool Fits(string type) => string.Equals(type, Type, StringComparison.Ordinal)
        || (Type is "text" && type is "character varying");
}

/// <summary>A column as it stands in the database.</summary>
internal sealed record ColumnFound(string Name, string Type, bool IsRequired, bool HasDefault);

/// <summary>What does not fit, as a sentence, and the statement that mends it.</summary>
internal readonly record struct Misfit(string Sentence, string MendSql);
