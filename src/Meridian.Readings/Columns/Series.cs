namespace Meridian.Readings.Columns;

/// <summary>
/// The readings of one point whose values are of one type, in the record that is being gathered. Their values are
/// differences to the one before; the first stands for itself.
/// </summary>
internal struct Series
{
    public required ValueColumn Values { get; init; }

    /// <summary>The series of the same point before this one, or -1.</summary>
    public required int OfSamePoint { get; init; }

    /// <summary>How long the point's name is; the names of all series lie one behind the other.</summary>
    public required int NameBytes { get; init; }

    public int Count { get; set; }

    /// <summary>The last value.</summary>
    public long Last { get; set; }

    /// <summary>The last text: most often the next is the same.</summary>
    public string? LastText { get; set; }

    public long FirstTicks { get; set; }

    public long LastTicks { get; set; }
}
