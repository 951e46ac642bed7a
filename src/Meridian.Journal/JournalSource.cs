namespace Meridian.Journal;

/// <summary>
/// Who wrote a record: a name that is stored once per segment and a small number that stands for it in each record.
/// Made by <see cref="JournalLog.Source"/>; the same name gives the same instance as long as the journal is open.
/// </summary>
public sealed class JournalSource
{
    internal JournalSource(uint id, string name)
    {
        Id = id;
        Name = name;
    }

    /// <summary>The name, 1 to 1,024 bytes of UTF-8.</summary>
    public string Name { get; }

    /// <summary>The number in the segments that this process writes; another process may use another one.</summary>
    internal uint Id { get; }

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
