using System.Globalization;
using System.Runtime.InteropServices;

namespace Meridian.Sdk.Readings;

/// <summary>
/// A value with its type. Numbers and booleans are kept in the struct itself; text, bytes and JSON by reference.
/// </summary>
/// <remarks>
/// Immutable; any thread. Bytes are not copied: whoever makes a value hands the array over and does not write to it
/// again. The default is <see cref="Null"/>.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly struct ReadingValue : IEquatable<ReadingValue>
{
    private readonly object? _reference;
    private readonly long _bits;

    private ReadingValue(ReadingValueKind kind, long bits, object? reference = null)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    /// <summary>No value.</summary>
    public static ReadingValue Null => default;

    /// <summary>The type.</summary>
    public ReadingValueKind Kind { get; }

    /// <summary>A number.</summary>
    /// <param name="value">The number; NaN and infinities are allowed.</param>
    public static ReadingValue From(double value) =>
        new(ReadingValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A signed integer.</summary>
    /// <param name="value">The integer.</param>
    public static ReadingValue From(long value) => new(ReadingValueKind.Int64, value);

    /// <summary>An unsigned integer.</summary>
    /// <param name="value">The integer.</param>
    public static ReadingValue From(ulong value) => new(ReadingValueKind.UInt64, unchecked((long)value));

    /// <summary>True or false.</summary>
    /// <param name="value">The boolean.</param>
    public static ReadingValue From(bool value) => new(ReadingValueKind.Boolean, value ? 1 : 0);

    /// <summary>Text.</summary>
    /// <param name="value">The text; null makes <see cref="Null"/>.</param>
    public static ReadingValue From(string? value) => value is null ? default : new(ReadingValueKind.String, 0, value);

    /// <summary>Bytes, not copied.</summary>
    /// <param name="value">The bytes; null makes <see cref="Null"/>.</param>
    public static ReadingValue From(byte[]? value) => value is null ? default : new(ReadingValueKind.Bytes, 0, value);

    /// <summary>A JSON text; it is not checked here.</summary>
    /// <param name="json">The JSON text; null makes <see cref="Null"/>.</param>
    public static ReadingValue FromJson(string? json) => json is null ? default : new(ReadingValueKind.Json, 0, json);

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Bits(ReadingValueKind.Double));

    /// <summary>The signed integer.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long AsInt64() => Bits(ReadingValueKind.Int64);

    /// <summary>The unsigned integer.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public ulong AsUInt64() => unchecked((ulong)Bits(ReadingValueKind.UInt64));

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBoolean() => Bits(ReadingValueKind.Boolean) != 0;

    /// <summary>The text, of a string or of JSON.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public string AsString() => _reference as string ?? throw WrongKind(ReadingValueKind.String);

    /// <summary>The bytes, not copied.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public ReadOnlyMemory<byte> AsBytes() => _reference as byte[] ?? throw WrongKind(ReadingValueKind.Bytes);

    /// <summary>Whether two values have the same type and the same bits, text or bytes.</summary>
    /// <param name="other">The other value.</param>
    public bool Equals(ReadingValue other) => Kind == other.Kind && _bits == other._bits && Kind switch
    {
        ReadingValueKind.Bytes => AsBytes().Span.SequenceEqual(other.AsBytes().Span),
        ReadingValueKind.String or ReadingValueKind.Json =>
            string.Equals(AsString(), other.AsString(), StringComparison.Ordinal),
        _ => true,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ReadingValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind == ReadingValueKind.Bytes
        ? HashCode.Combine(Kind, AsBytes().Length)
        : HashCode.Combine(Kind, _bits, _reference);

    /// <summary>The value as people write it: culture-free, "null" for none, bytes in hexadecimal.</summary>
    public override string ToString() => Kind switch
    {
        ReadingValueKind.Double => AsDouble().ToString("R", CultureInfo.InvariantCulture),
        ReadingValueKind.Int64 => AsInt64().ToString(CultureInfo.InvariantCulture),
        ReadingValueKind.UInt64 => AsUInt64().ToString(CultureInfo.InvariantCulture),
        ReadingValueKind.Boolean => AsBoolean() ? "true" : "false",
        ReadingValueKind.String or ReadingValueKind.Json => AsString(),
        ReadingValueKind.Bytes => Convert.ToHexString(AsBytes().Span),
        _ => "null",
    };

    /// <summary>Whether two values are equal.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator ==(ReadingValue left, ReadingValue right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator !=(ReadingValue left, ReadingValue right) => !left.Equals(right);

    private long Bits(ReadingValueKind kind) => Kind == kind ? _bits : throw WrongKind(kind);

    private InvalidOperationException WrongKind(ReadingValueKind wanted) =>
        new($"The value is of kind {Kind}, not {wanted}; look at Kind before reading it.");
}
