using System.Reflection;
using Meridian.Configuration.Conditions;
using Meridian.Configuration.Documentation;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Shapes;

/// <summary>One property of a settings record.</summary>
internal sealed record SettingsProperty
{
    /// <summary>Its name in the file, camelCase.</summary>
    public required string Name { get; init; }

    /// <summary>The property itself.</summary>
    public required PropertyInfo Property { get; init; }

    /// <summary>What its value may look like.</summary>
    public required ValueShape Value { get; init; }

    /// <summary>Whether the file must set it.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>Whether "not set" is a value of its own.</summary>
    public required bool IsNullable { get; init; }

    /// <summary>The value when the file does not set it; null when it is required or unset by default.</summary>
    public required object? Default { get; init; }

    /// <summary>What its value must obey, in the order it is checked.</summary>
    public required IReadOnlyList<Limit> Limits { get; init; }

    /// <summary>The unit of a bare number; null when the type says it.</summary>
    public required string? Unit { get; init; }

    /// <summary>The words beside its field.</summary>
    public required string Title { get; init; }

    /// <summary>The section of a form in which it stands; null before all sections.</summary>
    public required string? Group { get; init; }

    /// <summary>When it is used; null for always.</summary>
    public FieldCondition? Condition { get; init; }

    /// <summary>
    /// What it means, in plain words: its XML documentation, read when asked for; null when there is none.
    /// </summary>
    public string? Description => MemberWords.Of(Property);
}
