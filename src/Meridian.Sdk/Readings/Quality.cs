namespace Meridian.Sdk.Readings;

/// <summary>
/// How far a value can be trusted, as an OPC UA status code: the two top bits say good, uncertain or bad.
/// </summary>
/// <param name="StatusCode">The OPC UA status code (OPC UA Part 4 §7.39); 0 is good.</param>
/// <remarks>The default is <see cref="Good"/>.</remarks>
public readonly record struct Quality(uint StatusCode)
{
    /// <summary>The value can be trusted (0x00000000).</summary>
    public static Quality Good => default;

    /// <summary>The value may be right (0x40000000).</summary>
    public static Quality Uncertain => new(0x4000_0000);

    /// <summary>The value must not be used (0x80000000).</summary>
    public static Quality Bad => new(0x8000_0000);

    /// <summary>The source answered something that could not be decoded (Bad_DecodingError, 0x80070000).</summary>
    public static Quality BadDecoding => new(0x8007_0000);

    /// <summary>Whether the value can be trusted.</summary>
    public bool IsGood => StatusCode >> 30 == 0;

    /// <summary>Whether the value may be right.</summary>
    public bool IsUncertain => StatusCode >> 30 == 1;

    /// <summary>Whether the value must not be used. The reserved severity 3 counts as bad.</summary>
    public bool IsBad => StatusCode >> 31 == 1;

    /// <summary>
    /// "good", "uncertain" or "bad", followed by the status code in hexadecimal when it says more than that.
    /// </summary>
    public override string ToString()
    {
        var word = IsGood ? "good" : IsUncertain ? "uncertain" : "bad";
        return (StatusCode & 0x3FFF_FFFF) == 0
            ? word
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{word} 0x{StatusCode:X8}");
    }
}
