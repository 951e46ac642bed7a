namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// Writes groups to the newest segment, begins the next one, and lets old ones go. Invariants: a file that failed once
/// is never written again, its successor says where it ends; a segment is deleted only when no publication needs it,
/// oldest first, one durable deletion after the other, so that a "done" never vanishes before what it ended.
/// Belongs to the writer's work item.
/// </summary>
internal sealed class SessionLog(
    IStoreFolder folder, FileSessionStoreOptions options, string clientId, RecoveredSession recovered) : IDisposable
{
    private readonly SessionTable<RecordPlace> _table = recovered.Table;
    private readonly List<Segment> _segments = recovered.Segments;
    private readonly List<MqttSessionChange> _unsynced = [];
    private readonly List<string> _voids = [.. recovered.VoidFiles];
    private IStoreFile? _file;
    private Segment? _current;
    private long _length;
    private long _lastNumber = recovered.LastNumber;
    private bool _isNew;
    private bool _isSynced = true;
    private long _fsyncs;
    private int _damaged = recovered.Damaged;

    public uint Seed { get; } = SegmentHeader.Seed(recovered.Store);

    public long LiveBytes { get; private set; } = recovered.Table.InOrder().Sum(static e => (long)e.Content.Length);

    public bool IsAllDurable => Volatile.Read(ref _isSynced);

    public FileSessionStoreStatus Status => new(
        Publications: 0, LiveBytes: 0, FileBytes, Volatile.Read(ref _damaged), recovered.TornBytes,
        Interlocked.Read(ref _fsyncs), FailedWrites: 0);

    private long FileBytes { get; set; } = recovered.Segments.Sum(static segment => segment.Length);

    public Dictionary<ulong, int> LiveSizes() =>
        _table.InOrder().ToDictionary(static entry => entry.Key, static entry => entry.Content.Length);

    /// <summary>Makes a group durable when somebody waits for that, else only writes it.</summary>
    /// <exception cref="IOException">It is not stored; the next group goes to another file.</exception>
    public void Store(ChangeGroup group)
    {
        var at = 0L;
        try
        {
            if (group.Length > 0)
            {
                at = Write(group);
            }

            if (group.IsAwaited || _isNew)
            {
                Sync();
            }
        }
        catch
        {
            Abandon();
            throw;
        }

        Apply(group, at);
    }

    /// <summary>The changes that were written and are not durable; after a failure they must be written again.
    /// </summary>
    public IReadOnlyList<MqttSessionChange> TakeUnsynced()
    {
        MqttSessionChange[] taken = [.. _unsynced];
        _unsynced.Clear();
        return taken;
    }

    /// <summary>Deletes what nobody needs, and copies the few live records of the oldest segment forward when too much
    /// is dead. At most one copying per call, so that publishers never wait long.</summary>
    public void Compact()
    {
        DeleteVoids();
        var hasCopied = false;
        while (_segments.Count > 1 && _segments[0] != _current)
        {
            if (_segments[0].LiveCount > 0)
            {
                if (hasCopied || !IsWorthCopying())
                {
                    return;
                }

                CopyForward(_segments[0]);
                hasCopied = true;
            }

            folder.Delete(_segments[0].Name);
            folder.SyncFolder();
            FileBytes -= _segments[0].Length;
            _segments.RemoveAt(0);
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Before any segment goes: only the header of a later one says that these mean nothing.</summary>
    private void DeleteVoids()
    {
        if (_voids.Count == 0)
        {
            return;
        }

        foreach (var name in _voids)
        {
            folder.Delete(name);
        }

        folder.SyncFolder();
        _voids.Clear();
    }

    private bool IsWorthCopying()
    {
        var segmentBytes = options.EffectiveSegmentBytes;
        return FileBytes - LiveBytes > Math.Max(LiveBytes, 2L * segmentBytes)
            || _segments.Count > 8 + (2 * (LiveBytes / segmentBytes));
    }

    private long Write(ChangeGroup group)
    {
        if (_current is { } current && _file is not null && _length > SegmentHeader.Size && !_isNew
            && _length + group.Length > options.EffectiveSegmentBytes && current.Length > 0)
        {
            End();
        }

        if (_file is null)
        {
            Begin();
        }

        var at = _length;
        Volatile.Write(ref _isSynced, false);
        _file!.Write(group.Bytes, at);
        _length += group.Length;
        return at;
    }

    /// <summary>The next segment says where this one ends, so its end must be durable first.</summary>
    private void End()
    {
        if (!_isSynced)
        {
            Sync();
        }

        _file?.Dispose();
        _file = null;
        _current = null;
    }

    private void Begin()
    {
        var number = ++_lastNumber;
        var previous = _segments.Count > 0 ? _segments[^1] : null;
        _current = new Segment(number);
        _file = folder.Create(_current.Name);
        _isNew = true;
        var bytes = new byte[SegmentHeader.Size + BeginRecord.Measure(clientId, _table.Received.Count)];
        new SegmentHeader(recovered.Store, number, previous?.Number ?? 0, previous?.Length ?? 0).Write(bytes);
        BeginRecord.Write(bytes.AsSpan(SegmentHeader.Size), clientId, _table.LastKey, _table.Received, Seed);
        _file.Write(bytes, 0);
        _length = bytes.Length;
    }

    private void Sync()
    {
        if (_file is null && _isSynced)
        {
            return;
        }

        if (_file is null)
        {
            Begin(); // The last file failed: only the header of the next one says where it ends.
        }

        _file!.Sync();
        _ = Interlocked.Increment(ref _fsyncs);
        if (_isNew)
        {
            // The content is durable before the name is: a segment that can be seen after a crash has its header.
            folder.SyncFolder();
            _isNew = false;
            _segments.Add(_current!);
        }

        FileBytes += _length - _current!.Length;
        _current.Length = _length;
        _unsynced.Clear();
        Volatile.Write(ref _isSynced, true);
    }

    private void Abandon()
    {
        _file?.Dispose();
        _file = null;
        Volatile.Write(ref _isSynced, false);
        if (!_isNew)
        {
            _current = null;
            return;
        }

        _isNew = false;
        _voids.Add(_current!.Name); // Nothing acknowledged is in it, and the header of the next segment says so.
        _current = null;
    }

    private void Apply(ChangeGroup group, long at)
    {
        foreach (var item in group.Items)
        {
            if (item.IsPublication)
            {
                var record = group.Bytes.Slice(item.Offset, item.Length);
                Place(new RecordPlace(_current!, at + item.Offset, item.Length), record);
                continue;
            }

            if (!_isSynced)
            {
                _unsynced.Add(item.Change);
            }

            foreach (var ended in _table.Apply(item.Change))
            {
                LiveBytes -= ended.Length;
                ended.Segment.LiveCount--;
            }
        }
    }

    private void Place(RecordPlace place, ReadOnlySpan<byte> record)
    {
        var (key, identifier, isReleased) = PublicationContent.ReadHead(record[RecordFrame.Size..]);
        if (_table.TryGet(key, out var before))
        {
            before.Content.Segment.LiveCount--;
            LiveBytes -= before.Content.Length;
        }

        _table.Add(key, place, identifier, isReleased);
        LiveBytes += place.Length;
        place.Segment.LiveCount++;
        place.Segment.Keys.Add(key);
    }

    private void CopyForward(Segment segment)
    {
        var group = new ChangeGroup(Seed);
        using (var file = folder.Open(segment.Name))
        {
            foreach (var key in segment.Keys)
            {
                if (_table.TryGet(key, out var entry) && entry.Content.Segment == segment)
                {
                    Copy(file, entry, group);
                }
            }
        }

        if (group.Length > 0)
        {
            _ = group.DurableAsync(); // The old place is deleted next.
            Store(group);
            group.Succeed();
        }
    }

    private void Copy(IStoreFile file, SessionTable<RecordPlace>.Entry entry, ChangeGroup group)
    {
        var record = new byte[entry.Content.Length];
        if (file.Read(record, entry.Content.Offset) == record.Length && RecordFrame.IsWhole(record, Seed))
        {
            var content = record.AsSpan(RecordFrame.Size);
            PublicationContent.SetProgress(content, entry.PacketIdentifier, entry.IsReleased);
            group.Add(entry.Key, content);
            return;
        }

        // The medium lost it since it was written. The client still has it in memory; a restart will not.
        _ = Interlocked.Increment(ref _damaged);
        entry.Content.Segment.LiveCount--;
        LiveBytes -= entry.Content.Length;
        _table.Forget(entry.Key);
    }
}
