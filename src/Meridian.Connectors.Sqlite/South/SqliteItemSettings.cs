using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>The settings of one item of the SQLite South: a query and what its rows become.</summary>
public sealed record SqliteItemSettings : SqlItemSettings
{
    /// <summary>What the time's column holds, and the two variables, too: text or a number.</summary>
    /// <value>text.</value>
    [VisibleWhen(nameof(Mode), SqlMode.Window)]
    [AllowedValues(SqlTimeType.Text, SqlTimeType.Number)]
    public override SqlTimeType TimeType { get; init; } = SqlTimeType.Text;
}
