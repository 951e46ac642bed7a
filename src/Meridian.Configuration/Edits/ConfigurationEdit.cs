using System.Text.Json.Nodes;

namespace Meridian.Configuration.Edits;

/// <summary>One change of a configuration. A closed family; immutable as long as nobody writes to its JSON.</summary>
public abstract record ConfigurationEdit
{
    private protected ConfigurationEdit()
    {
    }
}

/// <summary>The lists of a configuration whose entries have names.</summary>
public enum ConfigurationList
{
    /// <summary>The schedules; names are case-sensitive.</summary>
    Schedules,

    /// <summary>The Souths.</summary>
    Souths,

    /// <summary>The Norths.</summary>
    Norths,
}

/// <summary>The <c>gateway</c> section becomes another.</summary>
/// <param name="Value">All of it.</param>
public sealed record PutGateway(JsonObject Value) : ConfigurationEdit;

/// <summary>
/// An entry of a list becomes another, or is added. It stays in the file and at the place where it is; a new one goes
/// to the end.
/// </summary>
/// <param name="List">The list.</param>
/// <param name="Name">Its name so far; that within <paramref name="Value"/> may differ, which renames it.</param>
/// <param name="Value">All of it; a South without <c>items</c> keeps those that it has.</param>
public sealed record PutEntry(ConfigurationList List, string Name, JsonObject Value) : ConfigurationEdit
{
    /// <summary>The file to which a new entry goes, by its name; the main file by default.</summary>
    public string File { get; init; } = string.Empty;
}

/// <summary>An entry of a list goes.</summary>
/// <param name="List">The list.</param>
/// <param name="Name">Its name.</param>
public sealed record RemoveEntry(ConfigurationList List, string Name) : ConfigurationEdit;

/// <summary>Items of a South become others, or are added at the end of its list.</summary>
/// <param name="South">The South.</param>
/// <param name="Items">
/// Each by its name so far; that within the value may differ, which renames it. Those that are not named stay.
/// </param>
public sealed record PutItems(string South, IReadOnlyList<KeyValuePair<string, JsonObject>> Items)
    : ConfigurationEdit;

/// <summary>Items of a South go.</summary>
/// <param name="South">The South.</param>
/// <param name="Names">Their names.</param>
public sealed record RemoveItems(string South, IReadOnlyCollection<string> Names) : ConfigurationEdit;
