using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>The settings of the SQLite South.</summary>
public sealed record SqliteSouthSettings
{
    /// <summary>The database file; it is opened for reading only and never made.</summary>
    [Required]
    public required string File { get; init; }

    /// <summary>
    /// How long one query may take; then it is ended, and it is a problem of its item. Also how long opening the file
    /// may take, before its disk or share counts as hanging.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
