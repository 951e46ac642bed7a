using Meridian.Sdk.Readings;

namespace Meridian.Readings.Columns;

/// <summary>
/// How the values of a series stand in the record, as one byte: the kind in its low half, and how a double became an
/// integer in its high half.
/// </summary>
internal static class ValueForm
{
    /// <summary>The 64 bits of a double.</summary>
    public const int Raw = 0;

    /// <summary>The 32 bits of a number of single precision that is the same double.</summary>
    public const int Single = 1;

    /// <summary>The double times 1; each form beyond it times ten more.</summary>
    public const int Decimal = 2;

    /// <summary>The most decimals that a form can stand for.</summary>
    public const int MaxDecimals = 13;

    /// <summary>Integers up to here are doubles without loss.</summary>
    public const double MaxExact = 9_007_199_254_740_992;

    private static readonly double[] Powers = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13];

    public static byte Of(ReadingValueKind kind, int form = 0) => (byte)((int)kind | (form << 4));

    public static ReadingValueKind KindOf(byte type) => (ReadingValueKind)(type & 0x0F);

    public static int FormOf(byte type) => type >> 4;

    /// <summary>Whether the byte means anything: only doubles have forms.</summary>
    public static bool IsKnown(byte type) => type >> 4 == 0
        ? type <= (byte)ReadingValueKind.Json
        : KindOf(type) == ReadingValueKind.Double;

    /// <summary>What a double of a decimal form is divided by.</summary>
    public static double DivisorOf(int form) => Powers[form - Decimal];

    /// <summary>
    /// The double times a power of ten as an integer, if dividing that gives back the same double, bit for bit. A
    /// division of two exact numbers is rounded once, so a decimal that a source wrote always does.
    /// </summary>
    public static bool TryScale(double value, int form, out long number)
    {
        var divisor = Powers[form - Decimal];
        var scaled = Math.Round(value * divisor);

        // Also false for NaN.
        if (!(Math.Abs(scaled) <= MaxExact))
        {
            number = 0;
            return false;
        }

        number = (long)scaled;
        return BitConverter.DoubleToInt64Bits(number / divisor) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>
    /// The double's bits in single precision, if nothing is lost. Of NaN some processors keep the bits and some do not.
    /// </summary>
    public static bool TryNarrow(double value, out long number)
    {
        var single = (float)value;
        number = BitConverter.SingleToInt32Bits(single);
        return !double.IsNaN(value) && BitConverter.DoubleToInt64Bits(single) == BitConverter.DoubleToInt64Bits(value);
    }
}
