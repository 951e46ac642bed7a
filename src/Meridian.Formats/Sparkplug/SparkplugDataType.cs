using System.Diagnostics.CodeAnalysis;

namespace Meridian.Formats.Sparkplug;

/// <summary>The type of a metric's value (Sparkplug 3.0 §6.4.16). The numbers are on the wire.</summary>
[SuppressMessage(
    "Naming", "CA1720:Identifier contains type name", Justification = "The specification's names of its types.")]
public enum SparkplugDataType
{
    /// <summary>Not known; a placeholder of the specification.</summary>
    Unknown = 0,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 1,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 2,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 3,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 4,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 5,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 6,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 7,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 8,

    /// <summary>Floating point, 32 bits.</summary>
    Float = 9,

    /// <summary>Floating point, 64 bits.</summary>
    Double = 10,

    /// <summary>True or false.</summary>
    Boolean = 11,

    /// <summary>UTF-8 text.</summary>
    String = 12,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    DateTime = 13,

    /// <summary>UTF-8 text.</summary>
    Text = 14,

    /// <summary>A UUID as text.</summary>
    Uuid = 15,

    /// <summary>A table.</summary>
    DataSet = 16,

    /// <summary>Bytes.</summary>
    Bytes = 17,

    /// <summary>A file's bytes.</summary>
    File = 18,

    /// <summary>A structure of metrics.</summary>
    Template = 19,

    /// <summary>A set of properties; of properties only.</summary>
    PropertySet = 20,

    /// <summary>Sets of properties; of properties only.</summary>
    PropertySetList = 21,

    /// <summary>An array, packed into bytes.</summary>
    Int8Array = 22,

    /// <summary>An array, packed into bytes, little end first.</summary>
    Int16Array = 23,

    /// <summary>An array, packed into bytes, little end first.</summary>
    Int32Array = 24,

    /// <summary>An array, packed into bytes, little end first.</summary>
    Int64Array = 25,

    /// <summary>An array, packed into bytes.</summary>
    UInt8Array = 26,

    /// <summary>An array, packed into bytes, little end first.</summary>
    UInt16Array = 27,

    /// <summary>An array, packed into bytes, little end first.</summary>
    UInt32Array = 28,

    /// <summary>An array, packed into bytes, little end first.</summary>
    UInt64Array = 29,

    /// <summary>An array, packed into bytes, little end first.</summary>
    FloatArray = 30,

    /// <summary>An array, packed into bytes, little end first.</summary>
    DoubleArray = 31,

    /// <summary>A count of 4 bytes, little end first, and a bit per element, the highest first.</summary>
    BooleanArray = 32,

    /// <summary>Texts, each ended by a zero byte.</summary>
    StringArray = 33,

    /// <summary>Milliseconds since 1970-01-01 UTC, 8 bytes each, little end first.</summary>
    DateTimeArray = 34,
}
