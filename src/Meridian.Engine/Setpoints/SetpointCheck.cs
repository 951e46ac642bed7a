using System.Globalization;
using Meridian.Configuration;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Setpoints;

/// <summary>Whether a value may be written to an item, and as what. Pure.</summary>
internal static class SetpointCheck
{
    /// <summary>A double counts whole numbers exactly up to here.</summary>
    private const double MaxWholeDouble = 9_007_199_254_740_992;

    /// <summary>Checks a value.</summary>
    /// <param name="config">What the item takes.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">The value as the connector is given it.</param>
    /// <returns>Why it may not be written, a whole sentence; null when it may.</returns>
    public static string? Find(SetpointConfig config, ReadingValue value, out ReadingValue written)
    {
        written = value;
        switch (config.Type)
        {
            case SetpointType.Boolean:
                return value.Kind == ReadingValueKind.Boolean ? null : Wrong(value, "true or false");

            case SetpointType.Text:
                return value.Kind != ReadingValueKind.String ? Wrong(value, "a text")
                    : value.AsString().Length > config.MaxLength ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"The text has {value.AsString().Length} characters; the item takes {config.MaxLength}.")
                    : null;

            case SetpointType.Whole:
                return TryInteger(value, out written) ? FindInRange(config, written.AsInt64())
                    : Wrong(value, "a whole number");

            default:
                if (!TryNumber(value, out var number))
                {
                    return Wrong(value, "a finite number");
                }

                written = ReadingValue.From(number);
                return FindInRange(config, number);
        }
    }

    private static bool TryNumber(ReadingValue value, out double number)
    {
        number = value.Kind switch
        {
            ReadingValueKind.Double => value.AsDouble(),
            ReadingValueKind.Int64 => value.AsInt64(),
            ReadingValueKind.UInt64 => value.AsUInt64(),
            _ => double.NaN,
        };
        return double.IsFinite(number);
    }

    private static bool TryInteger(ReadingValue value, out ReadingValue integer)
    {
        integer = value;
        switch (value.Kind)
        {
            case ReadingValueKind.Int64:
                return true;
            case ReadingValueKind.Double when Math.Abs(value.AsDouble()) <= MaxWholeDouble
                && Math.Floor(value.AsDouble()).Equals(value.AsDouble()):
                integer = ReadingValue.From((long)value.AsDouble());
                return true;
            default:
                return false;
        }
    }

    private static string? FindInRange(SetpointConfig config, double number) =>
        number < config.Min ? Say($"{number:R} is less than {config.Min:R}, the least that the item takes.")
        : number > config.Max ? Say($"{number:R} is more than {config.Max:R}, the most that the item takes.")
        : null;

    private static string Wrong(ReadingValue value, string wanted) =>
        Say($"The value is {value}; the item takes {wanted}.");

    private static string Say(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
