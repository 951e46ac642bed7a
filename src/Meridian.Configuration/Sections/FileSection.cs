using System.Text.Json.Serialization;
using Meridian.Configuration.Json;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Sections;

/// <summary>
/// The file's outermost object. The parts stay as they are written; each section's reader binds its own. The words here
/// are those that a user reads in the schema.
/// </summary>
internal sealed record FileSection
{
    /// <summary>
    /// Files that belong to this one, in its folder or below: <c>souths/press.json</c>, or many at once with <c>*</c>
    /// in the name of the file. They hold schedules, Souths and Norths, which count as if they stood here.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>What concerns the gateway as a whole.</summary>
    public ObjectSyntax? Gateway { get; init; }

    /// <summary>The schedules that Souths and items may name: when something is read.</summary>
    public ListSyntax? Schedules { get; init; }

    /// <summary>The Souths: what is read, and from where.</summary>
    public ListSyntax? Souths { get; init; }

    /// <summary>The Norths: where it goes.</summary>
    public ListSyntax? Norths { get; init; }

    /// <summary>
    /// Where this schema lies, for an editor: the path of a file that <c>meridian schema</c> wrote. The gateway does
    /// not read it.
    /// </summary>
    [JsonPropertyName("$schema")]
    [Title("Schema")]
    public string? Schema { get; init; }
}
