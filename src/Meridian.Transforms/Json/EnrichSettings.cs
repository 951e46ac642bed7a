using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Json;

/// <summary>
/// The settings of an enrichment: constants beside the value. A value that is a JSON object gets them as further
/// properties; any other value becomes a JSON object that holds it beside them. To add constants to the name, use
/// rename.
/// </summary>
public sealed record EnrichSettings
{
    /// <summary>
    /// The constants, names and texts; at least one. Where an object has a property of that name already, it keeps its
    /// own.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Constants { get; init; }

    /// <summary>The name under which a value that is no JSON object stands.</summary>
    /// <value>value.</value>
    [Required]
    public string ValueName { get; init; } = "value";
}
