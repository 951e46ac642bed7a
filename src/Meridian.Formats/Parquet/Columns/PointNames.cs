namespace Meridian.Formats.Parquet.Columns;

/// <summary>The points of a row group: each has the number in whose order it first came.</summary>
/// <remarks>
/// Points mostly come in the order in which they came before, as the same string instances. So a name is first compared
/// with the one that followed the last time, which costs a comparison of references; only then is it looked up.
/// </remarks>
internal sealed class PointNames
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private Entry[] _entries = new Entry[64];
    private int _last;

    public int Count => _numbers.Count;

    /// <summary>How many characters the names have together.</summary>
    public long Characters { get; private set; }

    public string this[int number] => _entries[number].Name;

    /// <summary>The number of a name; a new one gets the next.</summary>
    public int NumberOf(string name)
    {
        var number = _entries[_last].Next;
        if (!string.Equals(_entries[number].Name, name, StringComparison.Ordinal))
        {
            number = Find(name);
            _entries[_last].Next = number;
        }

        _last = number;
        return number;
    }

    public void Clear()
    {
        _entries.AsSpan(0, Count).Clear();
        _numbers.Clear();
        _last = 0;
        Characters = 0;
    }

    private int Find(string name)
    {
        if (_numbers.TryGetValue(name, out var number))
        {
            return number;
        }

        number = Count;
        if (number == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * number);
        }

        _numbers.Add(name, number);
        _entries[number] = new Entry(name);
        Characters += name.Length;
        return number;
    }

    /// <summary>A name, and the number of the one that came behind it the last time.</summary>
    private struct Entry(string name)
    {
        public readonly string Name = name;
        public int Next;
    }
}
