using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Json;

/// <summary>The settings of a shaping: the value becomes a JSON object made of what the reading has.</summary>
public sealed record ShapeSettings
{
    /// <summary>
    /// The properties of the object, in order: names, in which a dot makes an object within it (<c>meta.site</c>), and
    /// templates of their values: literal text, <c>{value}</c>, <c>{timestamp}</c>, <c>{quality}</c>, <c>{point}</c>, a
    /// part of it such as <c>{point[0]}</c>, <c>{south}</c> and <c>{group}</c>. A template that is <c>{value}</c> alone
    /// keeps the value's type, JSON as JSON; everything else is a text, and <c>{group}</c> alone null when there is
    /// none.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>What stands between the parts of a point's name.</summary>
    /// <value><c>/</c>.</value>
    [Required]
    public string Separator { get; init; } = "/";
}
