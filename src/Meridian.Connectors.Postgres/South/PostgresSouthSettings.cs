using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Postgres.South;

/// <summary>The settings of the PostgreSQL South.</summary>
public sealed record PostgresSouthSettings : PostgresConnectionSettings
{
    /// <summary>
    /// How long one query may take; then the server ends it, and it is a problem of its item. Whole seconds.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
