using Meridian.Sdk.Readings;

namespace Meridian.Transforms.Values;

/// <summary>Values as numbers to calculate with.</summary>
internal static class Numbers
{
    /// <summary>The value of a double or an integer as a double; false for everything else.</summary>
    public static bool TryGet(in ReadingValue value, out double number)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                number = value.AsDouble();
                return true;
            case ReadingValueKind.Int64:
                number = value.AsInt64();
                return true;
            case ReadingValueKind.UInt64:
                number = value.AsUInt64();
                return true;
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>The value of an integer, exactly; false for everything else.</summary>
    public static bool TryGetInteger(in ReadingValue value, out Int128 integer)
    {
        integer = value.Kind switch
        {
            ReadingValueKind.Int64 => value.AsInt64(),
            ReadingValueKind.UInt64 => value.AsUInt64(),
            _ => 0,
        };
        return value.Kind is ReadingValueKind.Int64 or ReadingValueKind.UInt64;
    }
}
