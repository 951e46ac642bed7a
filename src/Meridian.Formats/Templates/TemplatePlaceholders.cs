namespace Meridian.Formats.Templates;

/// <summary>What may stand between braces in a template; each user of templates states which it can fill.</summary>
[Flags]
public enum TemplatePlaceholders
{
    /// <summary>Nothing; only literal text.</summary>
    None = 0,

    /// <summary><c>{topic}</c>: the whole topic, and <c>{topic[1]}</c>: one of its levels, from 0.</summary>
    Topic = 1,

    /// <summary>
    /// <c>{point}</c>: the point's name, and <c>{point[0]}</c>: one of its levels between slashes, from 0.
    /// </summary>
    Point = 2,

    /// <summary><c>{item}</c>: the item's name.</summary>
    Item = 4,

    /// <summary><c>{south}</c>: the South's name.</summary>
    South = 8,

    /// <summary><c>{value}</c>: the value as text.</summary>
    Value = 16,

    /// <summary>
    /// <c>{timestamp}</c>: the timestamp, ISO 8601 in UTC; <c>{timestamp:unixMilliseconds}</c> (<c>unixSeconds</c>,
    /// <c>unixMicroseconds</c>, <c>unixNanoseconds</c>): a whole number since 1970; <c>{timestamp:yyyy-MM-dd}</c>: by a
    /// pattern of .NET, in UTC.
    /// </summary>
    Timestamp = 32,

    /// <summary><c>{quality}</c>: the quality as a word, with the status code when it says more.</summary>
    Quality = 64,

    /// <summary><c>{name}</c>: the name that the payload gives.</summary>
    Name = 128,

    /// <summary><c>{column}</c>: the column's name, where readings come from rows.</summary>
    Column = 256,

    /// <summary><c>{group}</c>: the group's id, where a message says it, as Sparkplug's do.</summary>
    Group = 512,

    /// <summary><c>{node}</c>: the edge node's id.</summary>
    Node = 1024,

    /// <summary><c>{device}</c>: the device's id.</summary>
    Device = 2048,

    /// <summary><c>{metric}</c>: the metric's name.</summary>
    Metric = 4096,

    /// <summary><c>{start}</c>: where what is named begins.</summary>
    Start = 8192,

    /// <summary><c>{end}</c>: where it ends.</summary>
    End = 16384,
}
