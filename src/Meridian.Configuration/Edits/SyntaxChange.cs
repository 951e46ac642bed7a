using System.Text.Json.Nodes;

namespace Meridian.Configuration.Edits;

/// <summary>What becomes of a value of a file. A closed family; immutable.</summary>
internal abstract record SyntaxChange
{
    /// <summary>It stays as it is written.</summary>
    public static SyntaxChange Keep { get; } = new KeepChange();

    private sealed record KeepChange : SyntaxChange;
}

/// <summary>It is written anew.</summary>
/// <param name="Value">What it is then.</param>
internal sealed record ReplaceChange(JsonNode? Value) : SyntaxChange;

/// <summary>Of an object or a list: its entries change, and what is around them stays.</summary>
/// <param name="Entries">All entries that it has then, in their order.</param>
internal sealed record EntriesChange(IReadOnlyList<EntryChange> Entries) : SyntaxChange;

/// <summary>An entry of an object or a list as it is then.</summary>
/// <param name="Source">
/// Which entry of the file it was, from 0; -1 for a new one, whose change is a replacement.
/// </param>
/// <param name="Name">The name of a new property; null for all others.</param>
/// <param name="Change">What becomes of its value.</param>
internal readonly record struct EntryChange(int Source, string? Name, SyntaxChange Change);
