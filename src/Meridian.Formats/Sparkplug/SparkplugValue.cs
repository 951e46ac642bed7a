using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Meridian.Formats.Sparkplug;

/// <summary>
/// A value by its field on the wire; which number, text or array it stands for, its
/// <see cref="SparkplugDataType"/> says (<see cref="Values.SparkplugReadingValue"/>). Immutable.
/// </summary>
/// <remarks>The default is no value. Bytes are not copied.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly struct SparkplugValue : IEquatable<SparkplugValue>
{
    private readonly object? _reference;

    private SparkplugValue(SparkplugField field, ulong bits, object? reference)
    {
        Field = field;
        Bits = bits;
        _reference = reference;
    }

    /// <summary>Which field.</summary>
    public SparkplugField Field { get; }

    /// <summary>
    /// The bits of <c>int_value</c>, <c>long_value</c>, <c>float_value</c>, <c>double_value</c> or
    /// <c>boolean_value</c>; 0 for others.
    /// </summary>
    public ulong Bits { get; }

    /// <summary>The text of <c>string_value</c>; null for others.</summary>
    public string? Text => _reference as string;

    /// <summary>The bytes of <c>bytes_value</c>; null for others.</summary>
    [SuppressMessage(
        "Performance", "CA1819:Properties should not return arrays", Justification = "Handed over, never copied.")]
    public byte[]? Bytes => _reference as byte[];

    /// <summary>The table of <c>dataset_value</c>; null for others.</summary>
    public SparkplugDataSet? DataSet => _reference as SparkplugDataSet;

    /// <summary>The structure of <c>template_value</c>; null for others.</summary>
    public SparkplugTemplate? Template => _reference as SparkplugTemplate;

    /// <summary>An <c>int_value</c>.</summary>
    /// <param name="bits">The bits; of a negative number its two's complement.</param>
    public static SparkplugValue FromInt(uint bits) => new(SparkplugField.Int, bits, null);

    /// <summary>A <c>long_value</c>.</summary>
    /// <param name="bits">The bits; of a negative number its two's complement.</param>
    public static SparkplugValue FromLong(ulong bits) => new(SparkplugField.Long, bits, null);

    /// <summary>A <c>float_value</c>.</summary>
    /// <param name="value">The number.</param>
    public static SparkplugValue From(float value) =>
        new(SparkplugField.Float, BitConverter.SingleToUInt32Bits(value), null);

    /// <summary>A <c>double_value</c>.</summary>
    /// <param name="value">The number.</param>
    public static SparkplugValue From(double value) =>
        new(SparkplugField.Double, BitConverter.DoubleToUInt64Bits(value), null);

    /// <summary>A <c>boolean_value</c>.</summary>
    /// <param name="value">The value.</param>
    public static SparkplugValue From(bool value) => new(SparkplugField.Boolean, value ? 1UL : 0, null);

    /// <summary>A <c>string_value</c>.</summary>
    /// <param name="value">The text.</param>
    public static SparkplugValue From(string value) => new(SparkplugField.String, 0, value);

    /// <summary>A <c>bytes_value</c>.</summary>
    /// <param name="value">The bytes, not copied.</param>
    public static SparkplugValue From(byte[] value) => new(SparkplugField.Bytes, 0, value);

    /// <summary>A <c>dataset_value</c>.</summary>
    /// <param name="value">The table.</param>
    public static SparkplugValue From(SparkplugDataSet value) => new(SparkplugField.DataSet, 0, value);

    /// <summary>A <c>template_value</c>.</summary>
    /// <param name="value">The structure.</param>
    public static SparkplugValue From(SparkplugTemplate value) => new(SparkplugField.Template, 0, value);

    /// <summary>Whether two values have the same field and content; tables and structures by reference.</summary>
    /// <param name="other">The other value.</param>
    public bool Equals(SparkplugValue other) => Field == other.Field && Bits == other.Bits && Field switch
    {
        SparkplugField.Bytes => Bytes.AsSpan().SequenceEqual(other.Bytes),
        SparkplugField.String => string.Equals(Text, other.Text, StringComparison.Ordinal),
        _ => ReferenceEquals(_reference, other._reference),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SparkplugValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Field == SparkplugField.Bytes
        ? HashCode.Combine(Field, Bytes?.Length)
        : HashCode.Combine(Field, Bits, Text);

    /// <summary>Whether two values are equal.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator ==(SparkplugValue left, SparkplugValue right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator !=(SparkplugValue left, SparkplugValue right) => !left.Equals(right);
}

/// <summary>The fields in which a value can be (the <c>oneof value</c> of the schema).</summary>
[SuppressMessage(
    "Naming", "CA1720:Identifier contains type name", Justification = "The names of the schema's fields.")]
public enum SparkplugField
{
    /// <summary>No value.</summary>
    None,

    /// <summary><c>int_value</c>, 32 bits.</summary>
    Int,

    /// <summary><c>long_value</c>, 64 bits.</summary>
    Long,

    /// <summary><c>float_value</c>.</summary>
    Float,

    /// <summary><c>double_value</c>.</summary>
    Double,

    /// <summary><c>boolean_value</c>.</summary>
    Boolean,

    /// <summary><c>string_value</c>.</summary>
    String,

    /// <summary><c>bytes_value</c>.</summary>
    Bytes,

    /// <summary><c>dataset_value</c>.</summary>
    DataSet,

    /// <summary><c>template_value</c>.</summary>
    Template,
}
