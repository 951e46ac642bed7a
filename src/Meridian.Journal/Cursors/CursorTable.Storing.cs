using Meridian.Journal.Appending;
using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;

namespace Meridian.Journal.Cursors;

/// <summary>The writer's side of the table: commits become records, cursors that are late are held to their
/// limits.</summary>
internal sealed partial class CursorTable
{
    /// <summary>Whether there are commits to store now.</summary>
    public bool ShallPersist(bool always)
    {
        lock (_gate)
        {
            return (IsDue || always) && _persistedVersion < _version;
        }
    }

    /// <summary>Tries again after a failure, when the next commit would have been due.</summary>
    public void PersistLater()
    {
        lock (_gate)
        {
            Volatile.Write(ref _dueVersion, _persistedVersion);
            Arm();
        }
    }

    /// <summary>
    /// Encodes all places that changed since they were stored, and those whose newest record lies in a segment up to
    /// <paramref name="carryThrough"/>.
    /// </summary>
    public void Gather(RecordBuilder records, long carryThrough, long first)
    {
        _gathered.Clear();
        _gatheredRemovals.Clear();
        lock (_gate)
        {
            _gatheredVersion = _version;
            foreach (var entry in _entries.Values)
            {
                if (entry.Version > entry.StoredVersion || entry.Stored?.Ordinal <= carryThrough)
                {
                    _gathered.Add((entry, entry.ToStored(), entry.Version));
                }
            }

            _gatheredRemovals.AddRange(_removals.Values.Where(
                r => r.Version > r.StoredVersion || r.Stored?.Ordinal <= carryThrough));
        }

        foreach (var (_, stored, _) in _gathered)
        {
            CommitRecord.Write(records.Payload, stored);
        }

        foreach (var removal in _gatheredRemovals)
        {
            CommitRecord.Write(records.Payload, new StoredCursor(removal.Name, 0, [], IsRemoved: true));
        }

        if (records.Payload.WrittenCount > 0)
        {
            records.Add(RecordType.Commit, source: null, first);
        }
    }

    /// <summary>What was gathered is durable in this segment.</summary>
    public void Accept(long ordinal)
    {
        lock (_gate)
        {
            foreach (var (entry, stored, version) in _gathered)
            {
                entry.Stored = stored with { Ordinal = ordinal };
                entry.StoredVersion = version;
                entry.Persisted = Math.Max(entry.Persisted, stored.Committed);
            }

            foreach (var removal in _gatheredRemovals)
            {
                removal.StoredVersion = removal.Version;
                removal.Stored = new StoredCursor(removal.Name, 0, [], IsRemoved: true) { Ordinal = ordinal };
                removal.SlotsSince = 0;
            }

            Volatile.Write(ref _persistedVersion, _gatheredVersion);
            for (var i = _flushes.Count - 1; i >= 0; i--)
            {
                if (_flushes[i].Version <= _persistedVersion)
                {
                    _flushes[i].Done.SetResult();
                    _flushes.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Whether a place has its newest record in a segment up to this one.</summary>
    public bool IsHeldBy(long ordinal)
    {
        lock (_gate)
        {
            return _entries.Values.Any(e => e.Stored?.Ordinal <= ordinal)
                || _removals.Values.Any(r => r.Stored?.Ordinal <= ordinal);
        }
    }

    /// <summary>What an index slot keeps: the places that are on disk.</summary>
    public List<StoredCursor> ToIndex()
    {
        lock (_gate)
        {
            return [.. _removals.Values.Where(static r => r.Stored is not null).Select(static r => r.Stored!),
                .. _entries.Values.Where(static e => e.Stored is not null).Select(static e => e.Stored!)];
        }
    }

    /// <summary>An index slot is durable: removals that both slots have seen need not be kept.</summary>
    public void AcceptIndex()
    {
        lock (_gate)
        {
            foreach (var removal in _removals.Values.Where(static r => r.Stored is not null && ++r.SlotsSince >= 2)
                .ToList())
            {
                _ = _removals.Remove(removal.Name);
            }
        }
    }

    /// <summary>Whether all commits have reached <paramref name="position"/>; false without cursors.</summary>
    public bool HaveAllPassed(long position)
    {
        lock (_gate)
        {
            return HaveAllPassedCore(position, isPersisted: false);
        }
    }

    /// <summary>Whether no cursor needs what the journal holds up to its end: each has passed it or, where the newest
    /// segment is all that is left, may be made to.</summary>
    public bool MayAllPass(long end, SegmentList segments)
    {
        lock (_gate)
        {
            return _entries.Count > 0 && _entries.Values.All(e => e.Committed >= end
                || (e.Options.Policy == CursorLimitPolicy.DropOldest && segments.Count == 1));
        }
    }

    /// <summary>Whether every commit on disk has reached a segment, so that those before it may go.</summary>
    public bool HaveAllPassed(Segment next)
    {
        lock (_gate)
        {
            return MayGoCore(next);
        }
    }

    /// <summary>Takes the oldest segment out of the list when every commit on disk has passed it.</summary>
    /// <returns>The segment, whose file may be deleted; null when there is none.</returns>
    public Segment? TryTrim(SegmentList segments)
    {
        lock (_gate)
        {
            if (segments.SecondOldest is not { } second || !MayGoCore(second))
            {
                return null;
            }

            var oldest = segments.Oldest!;
            segments.Remove(oldest);
            return oldest;
        }
    }

    /// <summary>
    /// Moves on the cursors that drop the oldest and are too far behind. With <paramref name="isFull"/> those that hold
    /// the oldest segment too, unless one that blocks holds it as well.
    /// </summary>
    /// <returns>Names and positions dropped, for the log; empty when none were.</returns>
    public IReadOnlyList<(string Name, long From, long To)> DropLate(
        SegmentList segments, long end, bool isFull)
    {
        List<(string Name, long From, long To)>? dropped = null;
        lock (_gate)
        {
            if (!_hasLimits)
            {
                return [];
            }

            foreach (var entry in _entries.Values)
            {
                var target = TargetOf(entry, segments, end, isFull);
                if (target <= entry.Committed)
                {
                    continue;
                }

                (dropped ??= []).Add((entry.Name, entry.Committed, target));
                entry.Dropped = entry.Dropped.Add(entry.Committed, target);
                entry.Committed = target;
                entry.Cursor?.MoveOn(target);
                entry.Version = ++_version;
                MakeDue();
            }
        }

        return dropped ?? (IReadOnlyList<(string Name, long From, long To)>)[];
    }

    /// <summary>Whose appends have to wait at present.</summary>
    public AppendHold FindHold(SegmentList segments, long end)
    {
        lock (_gate)
        {
            if (!_hasLimits)
            {
                return AppendHold.None;
            }

            var late = _entries.Values.Where(e =>
                e.Options.Policy == CursorLimitPolicy.Block && e.Committed < end
                && IsTooFar(e, segments, end)).ToList();
            _isHolding = late.Count > 0;
            return late.Count == 0
                ? AppendHold.None
                : new AppendHold(
                    late[0].Name,
                    late.Exists(static e => e.Options.Sources is null),
                    late.SelectMany(static e => e.Options.Sources ?? []).ToHashSet(StringComparer.Ordinal));
        }
    }

    private static bool IsTooFar(CursorEntry entry, SegmentList segments, long end) =>
        end - entry.Committed > entry.Options.MaxLagData
        || (entry.Options.MaxLagBytes is { } most && LagOf(entry, segments) > most);

    private static long LagOf(CursorEntry entry, SegmentList segments)
    {
        var lag = segments.LengthFrom(entry.Committed);
        return segments.Find(entry.Committed)?.Marks is { } marks
            ? lag - marks.OffsetOf(entry.Committed) : lag;
    }

    private bool HaveAllPassedCore(long position, bool isPersisted)
    {
        foreach (var entry in _entries.Values)
        {
            if ((isPersisted ? entry.Persisted : entry.Committed) < position)
            {
                return false;
            }
        }

        return _entries.Count > 0;
    }

    // Without cursors nobody waits for anything, and nobody has passed anything: age alone decides.
    private bool MayGoCore(Segment second) => _entries.Count > 0
        ? HaveAllPassedCore(second.First, isPersisted: true)
        : _options.MaxAge is { } most && second.CreatedTicks < (_time.GetUtcNow() - most).UtcTicks;

    private long TargetOf(CursorEntry entry, SegmentList segments, long end, bool isFull)
    {
        var all = segments.Snapshot;
        if (entry.Options.Policy != CursorLimitPolicy.DropOldest || all.Count < 2)
        {
            return 0;
        }

        long target = isFull && entry.Committed < all[1].First && !IsOldestBlocked(all[1].First) ? all[1].First : 0;
        var age = entry.Options.MaxLagAge ?? _options.MaxAge;
        age = _options.MaxAge < age ? _options.MaxAge : age;
        var oldest = (_time.GetUtcNow() - (age ?? TimeSpan.Zero)).UtcTicks;
        for (var i = 0; i + 1 < all.Count; i++)
        {
            // A segment was finished when the next one was begun.
            var isTooOld = age is not null && all[i + 1].CreatedTicks < oldest;
            var from = Math.Max(entry.Committed, all[i].First);
            var isTooFar = end - from > entry.Options.MaxLagData
                || (entry.Options.MaxLagBytes is { } most && segments.LengthFrom(from) > most);
            if (!isTooOld && !isTooFar)
            {
                break;
            }

            target = Math.Max(target, all[i + 1].First);
        }

        return target;
    }

    private bool IsOldestBlocked(long boundary) => _entries.Values.Any(
        e => e.Options.Policy == CursorLimitPolicy.Block && e.Committed < boundary);
}
