using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Meridian.Transforms.State;

/// <summary>
/// What a transform remembers of each point, bounded: points are kept in the order in which they were last heard of, so
/// that it is known whom to forget. A place holds its point until that is removed.
/// </summary>
/// <param name="capacity">The most points.</param>
internal sealed class PointTable<TState>(int capacity)
    where TState : struct
{
    /// <summary>No place.</summary>
    public const int None = -1;

    private readonly Dictionary<PointKey, int> _places = [];
    private Slot[] _slots = [];
    private int _free = None;
    private int _used;
    private int _newest = None;

    /// <summary>How many points there are.</summary>
    public int Count => _places.Count;

    /// <summary>Whether a point must be removed before another can be added.</summary>
    public bool IsFull => Count >= capacity;

    /// <summary>The place of the point not heard of for longest; <see cref="None"/> when there is no point.</summary>
    public int Oldest { get; private set; } = None;

    /// <summary>What is remembered at a place. The reference holds until a point is added.</summary>
    public ref TState this[int place] => ref _slots[place].State;

    /// <summary>The point at a place.</summary>
    public PointKey KeyOf(int place) => _slots[place].Key;

    /// <summary>The place of the point heard of next after this one; <see cref="None"/> after the newest.</summary>
    public int NextOf(int place) => _slots[place].Newer;

    /// <summary>Finds a point, of which something is heard now; <see cref="None"/> when it is not known.</summary>
    public int Hear(in PointKey key)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            return None;
        }

        if (place != _newest)
        {
            Unlink(place);
            LinkNewest(place);
        }

        return place;
    }

    /// <summary>
    /// Finds a point or adds it; where there is no room for another, the one not heard of for longest is forgotten.
    /// </summary>
    /// <param name="key">The point.</param>
    /// <param name="isNew">Whether it was added.</param>
    public int HearOrAdd(in PointKey key, out bool isNew)
    {
        var place = Hear(key);
        isNew = place == None;
        if (isNew)
        {
            if (IsFull)
            {
                Remove(Oldest);
            }

            place = Add(key);
        }

        return place;
    }

    /// <summary>Adds a point that is not known yet, as the newest. There must be room.</summary>
    public int Add(in PointKey key)
    {
        Debug.Assert(!IsFull, "Whoever adds has made room.");
        var place = _free;
        if (place != None)
        {
            _free = _slots[place].Newer;
        }
        else
        {
            place = _used++;
            if (place == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Max(16, 2 * place));
            }
        }

        _places.Add(key, place);
        _slots[place] = new Slot { Key = key };
        LinkNewest(place);
        return place;
    }

    /// <summary>Forgets the point at a place.</summary>
    public void Remove(int place)
    {
        _places.Remove(_slots[place].Key);
        Unlink(place);
        _slots[place] = new Slot { Newer = _free };
        _free = place;
    }

    /// <summary>Forgets all points.</summary>
    public void Clear()
    {
        _places.Clear();
        _slots = [];
        _free = Oldest = _newest = None;
        _used = 0;
    }

    /// <summary>Writes all points, the one not heard of for longest first.</summary>
    public void Save(StateWriter writer, Action<StateWriter, TState> save)
    {
        writer.WriteCount((ulong)Count);
        for (var place = Oldest; place != None; place = _slots[place].Newer)
        {
            writer.WriteName(_slots[place].Key.South);
            writer.WriteText(_slots[place].Key.Point);
            save(writer, _slots[place].State);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; false, and empty, when it is something else.</summary>
    public bool Load(ref StateReader reader, StateLoad<TState> load)
    {
        Clear();
        var isGood = true;
        for (var count = reader.ReadLength(capacity); isGood && count > 0; count--)
        {
            var key = new PointKey(reader.ReadName() ?? string.Empty, reader.ReadText());
            var state = load(ref reader);
            isGood = !reader.IsBroken && !_places.ContainsKey(key);
            if (isGood)
            {
                this[Add(key)] = state;
            }
        }

        if (!isGood || reader.IsBroken)
        {
            Clear();
            return false;
        }

        return true;
    }

    private void LinkNewest(int place)
    {
        _slots[place].Older = _newest;
        _slots[place].Newer = None;
        if (_newest == None)
        {
            Oldest = place;
        }
        else
        {
            _slots[_newest].Newer = place;
        }

        _newest = place;
    }

    private void Unlink(int place)
    {
        var (older, newer) = (_slots[place].Older, _slots[place].Newer);
        if (older == None)
        {
            Oldest = newer;
        }
        else
        {
            _slots[older].Newer = newer;
        }

        if (newer == None)
        {
            _newest = older;
        }
        else
        {
            _slots[newer].Older = older;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Slot
    {
        public PointKey Key;
        public TState State;
        public int Older;
        public int Newer;
    }
}

/// <summary>Reads what a transform remembers of one point.</summary>
internal delegate TState StateLoad<out TState>(ref StateReader reader);
