using System.Globalization;

namespace Meridian.Sdk.Settings;

/// <summary>An amount of bytes, as people write it: <c>500 MB</c>, <c>10 GiB</c>, <c>4096</c>.</summary>
/// <param name="Bytes">The amount in bytes.</param>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Unit, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Reads an amount.</summary>
    /// <param name="text">
    /// A number with an optional unit: B, kB, MB, GB, TB (powers of 1,000), KiB, MiB, GiB, TiB (powers of 1,024).
    /// </param>
    /// <param name="size">The amount.</param>
    /// <returns>Whether the text is an amount of at most 2^63 − 1 bytes.</returns>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        var number = (text ?? string.Empty).AsSpan().Trim();
        var factor = 1L;
        foreach (var (unit, value) in Units)
        {
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^unit.Length].TrimEnd();
                factor = value;
                break;
            }
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount > long.MaxValue / factor)
        {
            return false;
        }

        size = new ByteSize((long)(amount * factor));
        return true;
    }

    /// <summary>The amount with the largest unit that keeps it whole, or in bytes.</summary>
    public override string ToString()
    {
        foreach (var (unit, factor) in Units.OrderByDescending(unit => unit.Factor))
        {
            if (Bytes != 0 && Bytes % factor == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes / factor} {unit}");
            }
        }

        return "0 B";
    }
}
