using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>The settings of the PostgreSQL North.</summary>
public sealed record PostgresNorthSettings : PostgresConnectionSettings
{
    /// <summary>The schema of the tables; made when it is missing.</summary>
    /// <value>"public".</value>
    [Required]
    public string Schema { get; init; } = "public";

    /// <summary>The table of the readings; made when it is missing.</summary>
    /// <value>"readings".</value>
    [Required]
    public string Table { get; init; } = "readings";

    /// <summary>How readings lie in the table.</summary>
    /// <value>tall.</value>
    [Group("Layout")]
    public PostgresLayout Layout { get; init; } = PostgresLayout.Tall;

    /// <summary>
    /// What becomes of a reading whose point has one of the same time, to the microsecond, in the table already.
    /// </summary>
    /// <value>off.</value>
    [VisibleWhen(nameof(Layout), PostgresLayout.Tall, PostgresLayout.PerType)]
    [Group("Layout")]
    public PostgresUpsert Upsert { get; init; } = PostgresUpsert.Off;

    /// <summary>The columns and the points that fill them. A reading that no column takes goes to quarantine.</summary>
    [VisibleWhen(nameof(Layout), PostgresLayout.Wide, IsRequired = true)]
    [Group("Layout")]
    public IReadOnlyList<PostgresColumnSettings> Columns { get; init; } = [];

    /// <summary>
    /// The column that a point fills when <c>columns</c> does not name the point: <c>{point}</c>, <c>{topic[0]}</c> for
    /// the first level of its name (between slashes), and literal text. It must come out as one of <c>columns</c>.
    /// </summary>
    /// <value>None: every point is named.</value>
    [VisibleWhen(nameof(Layout), PostgresLayout.Wide)]
    [Group("Layout")]
    public string? ColumnTemplate { get; init; }

    /// <summary>
    /// Gives each time several rows, told apart by this text made from the point, as <c>columnTemplate</c>:
    /// <c>{topic[0]}</c> makes a row for each line.
    /// </summary>
    /// <value>None: one row for each time.</value>
    [VisibleWhen(nameof(Layout), PostgresLayout.Wide)]
    [Group("Layout")]
    public string? KeyTemplate { get; init; }

    /// <summary>The column of that text.</summary>
    /// <value>"key".</value>
    [Required]
    [VisibleWhen(nameof(Layout), PostgresLayout.Wide)]
    [Group("Layout")]
    public string KeyColumn { get; init; } = "key";

    /// <summary>
    /// Whether the table is made a hypertable of TimescaleDB, by its column <c>time</c>. The database must have the
    /// extension and the user must own the table; one that is a hypertable already needs no setting.
    /// </summary>
    /// <value>false.</value>
    [Group("Layout")]
    public bool Hypertable { get; init; }

    /// <summary>
    /// How long one command may take, such as storing a batch, before the connection counts as lost. A stopping gateway
    /// waits no longer than this and the time for connecting for a server that answers nothing any more. Whole seconds.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How readings lie in the table.</summary>
public enum PostgresLayout
{
    /// <summary>One row per reading; every number in one column.</summary>
    Tall,

    /// <summary>One row per time (and key), one column per point.</summary>
    Wide,

    /// <summary>One row per reading; a column for each type of value.</summary>
    PerType,
}

/// <summary>What becomes of a reading whose point and time stand in the table already.</summary>
public enum PostgresUpsert
{
    /// <summary>It is stored as a row of its own.</summary>
    Off,

    /// <summary>The one further on in the journal takes the place of the other.</summary>
    Update,

    /// <summary>The one that stands stays, and this one is left out.</summary>
    Ignore,
}
