using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.South;

/// <summary>The settings of one item of the PostgreSQL South: a query and what its rows become.</summary>
public sealed record PostgresItemSettings : SqlItemSettings
{
    /// <summary>The type of the time's column, which the two variables have, too.</summary>
    /// <value>withTimeZone, a timestamptz.</value>
    [VisibleWhen(nameof(Mode), SqlMode.Window)]
    public override SqlTimeType TimeType { get; init; } = SqlTimeType.WithTimeZone;
}
