using Meridian.Configuration.Json;

namespace Meridian.Configuration.Sections;

/// <summary>
/// The file's outermost object. The parts stay as they are written; each section's reader binds its own.
/// </summary>
internal sealed record FileSection
{
    /// <summary>The gateway itself.</summary>
    public ObjectSyntax? Gateway { get; init; }

    /// <summary>The schedules.</summary>
    public ListSyntax? Schedules { get; init; }

    /// <summary>The Souths.</summary>
    public ListSyntax? Souths { get; init; }

    /// <summary>The Norths.</summary>
    public ListSyntax? Norths { get; init; }
}
