using System.Globalization;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Limits;

/// <summary>Makes values of all types comparable with the limits that attributes can write.</summary>
internal static class Magnitude
{
    /// <summary>Whether values of this type have a magnitude.</summary>
    public static bool Has(Type type) =>
        type == typeof(TimeSpan) || type == typeof(ByteSize) || type == typeof(DateTimeOffset)
        || (type.IsPrimitive && type != typeof(bool) && type != typeof(char)) || type == typeof(decimal);

    /// <summary>The magnitude: ticks, bytes or the number itself; beyond what a decimal holds, its ends.</summary>
    public static decimal Of(object value) => value switch
    {
        TimeSpan time => time.Ticks,
        ByteSize size => size.Bytes,
        DateTimeOffset instant => instant.UtcTicks,
        float or double => OfDouble(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
    };

    // By way of the text: a cast rounds to 15 digits and would take 1.0000000000000002 for 1.
    private static decimal OfDouble(double value) =>
        value >= (double)decimal.MaxValue ? decimal.MaxValue
        : value <= (double)decimal.MinValue ? decimal.MinValue
        : decimal.Parse(
            value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
