using System.Globalization;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Scalars;

/// <summary>Whole numbers and numbers with a fraction.</summary>
internal static class NumberScalars
{
    /// <summary>The shapes.</summary>
    public static IEnumerable<ScalarShape> All =>
    [
        Whole<byte>(byte.MinValue, byte.MaxValue), Whole<sbyte>(sbyte.MinValue, sbyte.MaxValue),
        Whole<short>(short.MinValue, short.MaxValue), Whole<ushort>(ushort.MinValue, ushort.MaxValue),
        Whole<int>(int.MinValue, int.MaxValue), Whole<uint>(uint.MinValue, uint.MaxValue),
        Whole<long>(long.MinValue, long.MaxValue), Whole<ulong>(ulong.MinValue, ulong.MaxValue),
        Fraction<double>(text =>
            ScalarReading.If(TryDouble(text, out var value) && double.IsFinite(value), value)),
        Fraction<float>(text =>
            ScalarReading.If(TryDouble(text, out var value) && float.IsFinite((float)value), (float)value)),
        Fraction<decimal>(text => ScalarReading.If(TryDecimal(text, out var value), value)),
    ];

    private static ScalarShape Whole<T>(decimal least, decimal most) =>
        new(typeof(T), "a whole number", "10", ScalarForms.Number, text =>
        {
            // "1e3" and "5.0" are whole too: JSON knows only one kind of number.
            if (!TryDecimal(text, out var value) || value != decimal.Truncate(value))
            {
                return default;
            }

            return value < least || value > most
                ? new ScalarReading(
                    Value: null, string.Create(CultureInfo.InvariantCulture, $"It can be from {least} to {most}."))
                : new ScalarReading(Convert.ChangeType(value, typeof(T), CultureInfo.InvariantCulture));
        })
        {
            Kind = ScalarKind.Whole,
            Least = least,
            Most = most,
        };

    private static ScalarShape Fraction<T>(Func<string, ScalarReading> read) =>
        new(typeof(T), "a number", "1.5", ScalarForms.Number, read) { Kind = ScalarKind.Fraction };

    private static bool TryDecimal(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static bool TryDouble(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
