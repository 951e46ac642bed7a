using System.Diagnostics.CodeAnalysis;

namespace Meridian.Sdk.Readings;

/// <summary>The type of a <see cref="ReadingValue"/>. The numbers are on disk: never change one.</summary>
[SuppressMessage(
    "Naming",
    "CA1720:Identifier contains type name",
    Justification = "The kinds are types; any other word would hide which one.")]
public enum ReadingValueKind : byte
{
    /// <summary>No value; the default.</summary>
    Null = 0,

    /// <summary>A 64-bit floating-point number; every bit is kept, NaN payloads too.</summary>
    Double = 1,

    /// <summary>A signed 64-bit integer.</summary>
    Int64 = 2,

    /// <summary>An unsigned 64-bit integer.</summary>
    UInt64 = 3,

    /// <summary>True or false.</summary>
    Boolean = 4,

    /// <summary>Text.</summary>
    String = 5,

    /// <summary>Bytes, kept as they came.</summary>
    Bytes = 6,

    /// <summary>A JSON text, kept as it came.</summary>
    Json = 7,
}
