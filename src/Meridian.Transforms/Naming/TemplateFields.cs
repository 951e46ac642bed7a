namespace Meridian.Transforms.Naming;

/// <summary>What may stand between braces in a template of a transform; each use states which it can fill.</summary>
[Flags]
internal enum TemplateFields
{
    /// <summary>Nothing; only literal text.</summary>
    None = 0,

    /// <summary><c>{point}</c>, and one of its parts: <c>{point[0]}</c>, from the end <c>{point[-1]}</c>.</summary>
    Point = 1,

    /// <summary><c>{south}</c>.</summary>
    South = 2,

    /// <summary><c>{group}</c>: nothing for an item without one.</summary>
    Group = 4,

    /// <summary><c>{aggregate}</c>: the aggregate's word.</summary>
    Aggregate = 8,

    /// <summary><c>{value}</c>.</summary>
    Value = 16,

    /// <summary><c>{timestamp}</c>: ISO 8601 in UTC with seven digits of a second.</summary>
    Timestamp = 32,

    /// <summary><c>{quality}</c>: the word, with the status code when it says more.</summary>
    Quality = 64,

    /// <summary>What a name can be made of.</summary>
    Name = Point | South | Group,

    /// <summary>Everything that a reading has.</summary>
    Reading = Name | Value | Timestamp | Quality,
}

/// <summary>A piece of a template: literal text, or a field.</summary>
/// <param name="Field">Which field; none for literal text.</param>
/// <param name="Literal">The literal text; empty for a field.</param>
/// <param name="Part">The part of the point, negative from the end; null for all of it.</param>
internal sealed record TemplatePiece(TemplateFields Field, string Literal, int? Part);
