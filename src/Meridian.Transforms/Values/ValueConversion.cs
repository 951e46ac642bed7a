using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms.Values;

/// <summary>From one type of value to another.</summary>
internal static class ValueConversion
{
    /// <summary>2^63 and 2^64: the first doubles beyond the integers.</summary>
    private const double BeyondInt64 = 9_223_372_036_854_775_808d;
    private const double BeyondUInt64 = 18_446_744_073_709_551_616d;

    /// <summary>Converts a value; false when it is nothing of that type.</summary>
    public static bool TryConvert(in ReadingValue value, ConvertTarget target, out ReadingValue converted)
    {
        converted = value;
        if (value.Kind == ReadingValueKind.Null)
        {
            return true;
        }

        if (target == ConvertTarget.String)
        {
            converted = value.Kind == ReadingValueKind.String ? value : ReadingValue.From(value.ToString());
            return true;
        }

        return TryReadScalar(value, out var scalar) && target switch
        {
            ConvertTarget.Double => TryDouble(scalar, out converted),
            ConvertTarget.Int64 => TryInt64(scalar, out converted),
            ConvertTarget.UInt64 => TryUInt64(scalar, out converted),
            _ => TryBoolean(scalar, out converted),
        };
    }

    /// <summary>A number or a boolean, out of text where it stands in one.</summary>
    private static bool TryReadScalar(in ReadingValue value, out ReadingValue scalar)
    {
        scalar = value;
        if (value.Kind == ReadingValueKind.Bytes)
        {
            return false;
        }

        if (value.Kind is not (ReadingValueKind.String or ReadingValueKind.Json))
        {
            return true;
        }

        const NumberStyles Integer = NumberStyles.AllowLeadingSign;
        const NumberStyles Real = Integer | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var text = value.AsString().AsSpan().Trim();
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)
            || text.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            scalar = ReadingValue.From(text.Length == 4);
            return true;
        }

        if (long.TryParse(text, Integer, CultureInfo.InvariantCulture, out var signed))
        {
            scalar = ReadingValue.From(signed);
            return true;
        }

        if (ulong.TryParse(text, Integer, CultureInfo.InvariantCulture, out var unsigned))
        {
            scalar = ReadingValue.From(unsigned);
            return true;
        }

        var isNumber = double.TryParse(text, Real, CultureInfo.InvariantCulture, out var number);
        scalar = ReadingValue.From(number);

        // "Infinity" is a value that somebody wrote; 1e999 is one that a double does not hold.
        return isNumber && (!double.IsInfinity(number) || !text.ContainsAnyInRange('0', '9'));
    }

    private static bool TryDouble(in ReadingValue scalar, out ReadingValue converted)
    {
        var number = scalar.Kind == ReadingValueKind.Boolean ? OneIf(scalar.AsBoolean()) : NumberOf(scalar);
        converted = ReadingValue.From(number);
        return true;
    }

    private static bool TryInt64(in ReadingValue scalar, out ReadingValue converted)
    {
        switch (scalar.Kind)
        {
            case ReadingValueKind.Int64:
                converted = scalar;
                return true;
            case ReadingValueKind.UInt64:
                converted = ReadingValue.From(unchecked((long)scalar.AsUInt64()));
                return scalar.AsUInt64() <= long.MaxValue;
            case ReadingValueKind.Boolean:
                converted = ReadingValue.From((long)OneIf(scalar.AsBoolean()));
                return true;
            default:
                var rounded = Math.Round(scalar.AsDouble(), MidpointRounding.AwayFromZero);
                var isWithin = rounded is >= -BeyondInt64 and < BeyondInt64;
                converted = ReadingValue.From(isWithin ? (long)rounded : 0L);
                return isWithin;
        }
    }

    private static bool TryUInt64(in ReadingValue scalar, out ReadingValue converted)
    {
        switch (scalar.Kind)
        {
            case ReadingValueKind.UInt64:
                converted = scalar;
                return true;
            case ReadingValueKind.Int64:
                converted = ReadingValue.From(unchecked((ulong)scalar.AsInt64()));
                return scalar.AsInt64() >= 0;
            case ReadingValueKind.Boolean:
                converted = ReadingValue.From((ulong)OneIf(scalar.AsBoolean()));
                return true;
            default:
                var rounded = Math.Round(scalar.AsDouble(), MidpointRounding.AwayFromZero);
                var isWithin = rounded is >= 0 and < BeyondUInt64;
                converted = ReadingValue.From(isWithin ? (ulong)rounded : 0UL);
                return isWithin;
        }
    }

    private static bool TryBoolean(in ReadingValue scalar, out ReadingValue converted)
    {
        var number = scalar.Kind == ReadingValueKind.Boolean ? OneIf(scalar.AsBoolean()) : NumberOf(scalar);
        converted = ReadingValue.From(number != 0);
        return !double.IsNaN(number);
    }

    private static double NumberOf(in ReadingValue scalar) => Numbers.TryGet(scalar, out var number) ? number : 0;

    private static double OneIf(bool value) => value ? 1 : 0;
}
