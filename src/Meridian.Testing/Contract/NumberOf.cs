using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Contract;

/// <summary>Reads a value as the whole number that the suite gave, whatever type the connector made of it.</summary>
internal static class NumberOf
{
    public static long? Value(ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Int64 => value.AsInt64(),
        ReadingValueKind.UInt64 => unchecked((long)value.AsUInt64()),
        ReadingValueKind.Double => (long)value.AsDouble(),
        ReadingValueKind.String or ReadingValueKind.Json => Parse(value.AsString()),
        ReadingValueKind.Bytes => Parse(System.Text.Encoding.UTF8.GetString(value.AsBytes().Span)),
        _ => null,
    };

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
