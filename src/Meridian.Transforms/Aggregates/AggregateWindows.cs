using Meridian.Transforms.State;

namespace Meridian.Transforms.Aggregates;

/// <summary>
/// The windows of all points, and how far each South has come. A South is known as long as any of its points is, so
/// this is as bounded as the points are.
/// </summary>
/// <param name="capacity">The most points.</param>
internal sealed class AggregateWindows(int capacity)
{
    /// <summary>No place.</summary>
    public const int None = PointTable<WindowState>.None;

    private readonly PointTable<WindowState> _points = new(capacity);
    private readonly Dictionary<string, SouthClock> _souths = new(StringComparer.Ordinal);

    public bool IsFull => _points.IsFull;

    public int Oldest => _points.Oldest;

    public ref WindowState this[int place] => ref _points[place];

    public PointKey KeyOf(int place) => _points.KeyOf(place);

    public int NextOf(int place) => _points.NextOf(place);

    public bool IsOf(int place, SouthClock south) =>
        string.Equals(_points.KeyOf(place).South, south.Name, StringComparison.Ordinal);

    /// <summary>A reading of a South lies in this window. The South when it has come further by that.</summary>
    public SouthClock? Advance(string name, long index)
    {
        if (!_souths.TryGetValue(name, out var south) || south.Index >= index)
        {
            return null;
        }

        south.Index = index;
        return south;
    }

    /// <summary>Finds a point, of which something is heard now.</summary>
    public int Hear(in PointKey key)
    {
        var place = _points.Hear(key);
        if (place != None)
        {
            _points[place].HeardAt = _souths[key.South].Index;
        }

        return place;
    }

    /// <summary>Adds a point with an open window. There must be room.</summary>
    public int Add(in PointKey key, long index)
    {
        if (!_souths.TryGetValue(key.South, out var south))
        {
            _souths.Add(key.South, south = new SouthClock(key.South) { Index = index });
        }

        south.Points++;
        var place = _points.Add(key);
        _points[place].HeardAt = south.Index;
        Open(place, index);
        return place;
    }

    /// <summary>Begins a window.</summary>
    public void Open(int place, long index) =>
        _points[place] = new WindowState { Index = index, IsOpen = true, HeardAt = _points[place].HeardAt };

    /// <summary>Ends a window: nothing of it is kept but that it is closed.</summary>
    public void Close(int place) =>
        _points[place] = new WindowState { Index = _points[place].Index, HeardAt = _points[place].HeardAt };

    /// <summary>Forgets the point not heard of for longest.</summary>
    public void RemoveOldest()
    {
        var south = _souths[_points.KeyOf(Oldest).South];
        _points.Remove(Oldest);
        if (--south.Points == 0)
        {
            _souths.Remove(south.Name);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _points.Clear();
        _souths.Clear();
    }

    /// <summary>Writes the points, then how far their Souths have come.</summary>
    public void Save(StateWriter writer)
    {
        _points.Save(writer, static (to, window) => window.Save(to));
        writer.WriteCount((ulong)_souths.Count);
        foreach (var south in _souths.Values)
        {
            writer.WriteName(south.Name);
            writer.WriteInteger(south.Index);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; false, and empty, when it is something else.</summary>
    public bool Load(ref StateReader reader)
    {
        Clear();
        var isGood = _points.Load(ref reader, WindowState.Load);
        for (var count = reader.ReadLength(capacity); isGood && count > 0; count--)
        {
            var south = new SouthClock(reader.ReadName() ?? string.Empty) { Index = reader.ReadInteger() };
            isGood = !reader.IsBroken && _souths.TryAdd(south.Name, south);
        }

        for (var place = Oldest; isGood && place != None; place = NextOf(place))
        {
            isGood = _souths.TryGetValue(KeyOf(place).South, out var south);
            if (south is not null)
            {
                south.Points++;
            }
        }

        if (!isGood || reader.IsBroken || _souths.Values.Any(south => south.Points == 0))
        {
            Clear();
            return false;
        }

        return true;
    }
}

/// <summary>How far one South has come.</summary>
/// <param name="name">Its name.</param>
internal sealed class SouthClock(string name)
{
    /// <summary>The South.</summary>
    public string Name { get; } = name;

    /// <summary>The latest window that a reading of it lay in.</summary>
    public long Index { get; set; }

    /// <summary>How many of its points are known.</summary>
    public int Points { get; set; }
}
