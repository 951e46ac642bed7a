namespace Meridian.Readings.Columns;

/// <summary>The values of one type: of each series the first, and of all readings beyond those the difference to the
/// one before in its series.</summary>
internal sealed class ValueColumn(byte type)
{
    /// <summary>The type, as it stands in the record.</summary>
    public byte Type { get; } = type;

    /// <summary>Which of the types of this record it is.</summary>
    public int Index { get; set; }

    public NumberColumn Firsts { get; } = new();

    public NumberColumn Differences { get; } = new();

    public void Clear()
    {
        Firsts.Clear();
        Differences.Clear();
    }
}
