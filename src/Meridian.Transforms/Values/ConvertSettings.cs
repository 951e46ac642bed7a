using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Meridian.Transforms.Values;

/// <summary>The settings of a conversion: the type that values get.</summary>
public sealed record ConvertSettings
{
    /// <summary>The type.</summary>
    public required ConvertTarget To { get; init; }

    /// <summary>What becomes of a reading whose value cannot be converted.</summary>
    /// <value>bad: it goes on with the value as it is and bad quality.</value>
    public Unconvertible Otherwise { get; init; } = Unconvertible.Bad;
}

/// <summary>
/// The type that values are converted to. No value stays no value whatever the type; bytes become nothing but text.
/// </summary>
[SuppressMessage(
    "Naming",
    "CA1720:Identifier contains type name",
    Justification = "They are types; any other word would hide which one.")]
public enum ConvertTarget
{
    /// <summary>A number with a fraction: from numbers, from true (1) and false (0), from text that is one.</summary>
    Double,

    /// <summary>
    /// A signed integer: from numbers, rounded to the nearest, half away from zero, when they are within its range;
    /// from true (1) and false (0), from text that is a number.
    /// </summary>
    Int64,

    /// <summary>An unsigned integer: as a signed one, without the negative.</summary>
    [JsonStringEnumMemberName("uint64")]
    UInt64,

    /// <summary>True or false: 0 is false, any other number true; from the texts true, false and numbers.</summary>
    Boolean,

    /// <summary>
    /// Text: numbers culture free, as short as they round-trip; bytes in hexadecimal; JSON as it stands.
    /// </summary>
    String,
}

/// <summary>What becomes of a reading whose value cannot be converted.</summary>
public enum Unconvertible
{
    /// <summary>It goes on with the value as it is and bad quality.</summary>
    Bad,

    /// <summary>It is filtered, as not convertible.</summary>
    Drop,
}
