namespace Meridian.Formats.Templates;

/// <summary>What may stand between braces in a template; each user of templates states which it can fill.</summary>
[Flags]
public enum TemplatePlaceholders
{
    /// <summary>Nothing; only literal text.</summary>
    None = 0,

    /// <summary><c>{topic}</c>: the whole topic, and <c>{topic[1]}</c>: one of its levels, from 0.</summary>
    Topic = 1,

    /// <summary><c>{point}</c>: the point's name.</summary>
    Point = 2,

    /// <summary><c>{item}</c>: the item's name.</summary>
    Item = 4,

    /// <summary><c>{south}</c>: the South's name.</summary>
    South = 8,

    /// <summary><c>{value}</c>: the value as text.</summary>
    Value = 16,

    /// <summary><c>{timestamp}</c>: the timestamp, ISO 8601 in UTC.</summary>
    Timestamp = 32,

    /// <summary><c>{quality}</c>: the quality as a word, with the status code when it says more.</summary>
    Quality = 64,
}
