using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Naming;

/// <summary>The settings of a rename: how the new name of a point is made.</summary>
public sealed record RenameSettings
{
    /// <summary>
    /// The template of the new name: literal text, <c>{point}</c>, a part of it such as <c>{point[0]}</c> or, from the
    /// end, <c>{point[-1]}</c>, <c>{south}</c> and <c>{group}</c>. A part that a point does not have is nothing. Where
    /// no name would be left, or one of more than 65,535 bytes, the point keeps its old one.
    /// </summary>
    [Required]
    public required string To { get; init; }

    /// <summary>What stands between the parts of a point's name.</summary>
    /// <value><c>/</c>.</value>
    [Required]
    public string Separator { get; init; } = "/";
}
