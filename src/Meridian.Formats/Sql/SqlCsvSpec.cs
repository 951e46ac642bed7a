using System.ComponentModel.DataAnnotations;

namespace Meridian.Formats.Sql;

/// <summary>How the rows of a query become CSV files (RFC 4180, UTF-8), as a user states it.</summary>
public sealed record SqlCsvSpec
{
    /// <summary>
    /// The file's name, with <c>{item}</c>, <c>{south}</c>, <c>{start}</c> and <c>{end}</c>: of a window its times in
    /// UTC, of a sequence its first and last value.
    /// </summary>
    /// <value>The default is <c>{item}-{start}-{end}.csv</c>.</value>
    [Required]
    public string Name { get; init; } = "{item}-{start}-{end}.csv";

    /// <summary>What stands between fields: a comma, a semicolon, a tab or a bar.</summary>
    /// <value>The default is a comma.</value>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether the first line names the columns.</summary>
    /// <value>The default is true.</value>
    public bool HasHeader { get; init; } = true;

    /// <summary>How much time is in one file, of a query by windows.</summary>
    /// <value>The default is 1 h.</value>
    [Range(typeof(TimeSpan), "1 s", "366 d")]
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Where the first window begins that was never asked for; the others follow it at <see cref="Every"/>.
    /// </summary>
    /// <value>The default is the window that is now, where windows are counted from midnight UTC.</value>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How long after its end a window is asked for: a row that comes later is in no file.</summary>
    /// <value>The default is 10 s.</value>
    [Range(typeof(TimeSpan), "0 s", "31 d")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(10);
}
