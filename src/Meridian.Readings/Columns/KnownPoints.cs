namespace Meridian.Readings.Columns;

/// <summary>
/// The points that the encoder has met. Bounded in names and in their characters: when there are more, all are
/// forgotten before the next record.
/// </summary>
internal sealed class KnownPoints(
    int maxPoints = KnownPoints.DefaultMaxPoints, long maxCharacters = KnownPoints.DefaultMaxCharacters)
{
    public const int DefaultMaxPoints = 131_072;

    public const long DefaultMaxCharacters = 8 * 1_024 * 1_024;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private KnownPoint[] _points = new KnownPoint[64];
    private int _last;
    private long _characters;

    public ref KnownPoint this[int index] => ref _points[index];

    /// <summary>Finds a point, first of all where it came the last time: behind the one before it.</summary>
    public int IndexOf(string name)
    {
        var index = _points[_last].Next;
        if (!string.Equals(_points[index].Name, name, StringComparison.Ordinal))
        {
            index = Find(name);
            _points[_last].Next = index;
        }

        _last = index;
        return index;
    }

    /// <summary>Makes place where there is too little.</summary>
    public void Trim()
    {
        if (_indexes.Count > maxPoints || _characters > maxCharacters)
        {
            _indexes.Clear();
            _points = new KnownPoint[64];
            _last = 0;
            _characters = 0;
        }
    }

    private int Find(string name)
    {
        if (_indexes.TryGetValue(name, out var index))
        {
            return index;
        }

        index = _indexes.Count;
        if (index == _points.Length)
        {
            Array.Resize(ref _points, 2 * index);
        }

        _indexes.Add(name, index);
        _points[index] = new KnownPoint(name);
        _characters += name.Length;
        return index;
    }
}
