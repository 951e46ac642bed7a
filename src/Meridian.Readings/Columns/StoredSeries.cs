using System.Runtime.InteropServices;

namespace Meridian.Readings.Columns;

/// <summary>A series of the record that is being decoded.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct StoredSeries
{
    public string Name { get; set; }

    /// <summary>Which of the record's types its values are of.</summary>
    public int Type { get; init; }

    /// <summary>The type itself, as it stands in the record.</summary>
    public byte Code { get; init; }

    /// <summary>What a double of a decimal form is divided by.</summary>
    public double Divisor { get; init; }

    /// <summary>How many readings it has.</summary>
    public int Count { get; set; }

    /// <summary>Whether its first value has been given out.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>The last value; at first the first.</summary>
    public long Last { get; set; }

    /// <summary>The time since the start that is expected of its next reading.</summary>
    public long Due { get; set; }
}

/// <summary>A type of values of the record that is being decoded.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct StoredType(byte code)
{
    /// <summary>The type, as it stands in the record.</summary>
    public byte Code { get; } = code;

    /// <summary>What a double of a decimal form is divided by.</summary>
    public double Divisor { get; } = ValueForm.FormOf(code) >= ValueForm.Decimal
        ? ValueForm.DivisorOf(ValueForm.FormOf(code))
        : 1;

    /// <summary>How many series are of this type.</summary>
    public int Series { get; set; }

    /// <summary>How many readings beyond the first of each series.</summary>
    public int Differences { get; set; }

    /// <summary>Where the next value of this type lies.</summary>
    public int At { get; set; }
}

/// <summary>A text or bytes of the record that is being decoded.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct StoredText
{
    public int Start { get; init; }

    public int Length { get; init; }

    /// <summary>The string or the array, once it was needed.</summary>
    public object? Value { get; set; }
}
