namespace Meridian.Journal.Appending;

/// <summary>Whose appends have to wait because a cursor that blocks is further behind than it may be.</summary>
/// <param name="Cursor">The cursor; null when nobody has to wait.</param>
/// <param name="IsAll">Whether all sources have to wait.</param>
/// <param name="Sources">The sources that have to wait otherwise.</param>
internal sealed record AppendHold(string? Cursor, bool IsAll, IReadOnlySet<string> Sources)
{
    /// <summary>Nobody has to wait.</summary>
    public static AppendHold None { get; } = new(null, false, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Whether appends of a source have to wait.</summary>
    public bool Covers(JournalSource source) => IsAll || (Sources.Count > 0 && Sources.Contains(source.Name));

    /// <summary>Whether the same have to wait.</summary>
    public bool Holds(AppendHold other) => ReferenceEquals(this, other)
        || (IsAll == other.IsAll && Sources.SetEquals(other.Sources)
            && string.Equals(Cursor, other.Cursor, StringComparison.Ordinal));
}
