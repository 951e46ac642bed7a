using System.Buffers.Binary;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>Reads all segments at a start: decides which count and where each ends, replays their records, passes
/// damage. Writes nothing.</summary>
internal sealed class SessionRecovery
{
    private readonly SessionTable<RecordPlace> _table = new();
    private readonly Dictionary<Segment, byte[]> _contents = [];
    private readonly string _clientId;
    private readonly uint _seed;
    private int _damaged;
    private long _torn;

    private SessionRecovery(string clientId, uint seed)
    {
        _clientId = clientId;
        _seed = seed;
    }

    /// <summary>Reads the store; an empty directory is an empty store with the id <paramref name="newId"/>.</summary>
    public static RecoveredSession Read(IStoreFolder folder, string clientId, Guid newId)
    {
        var files = new List<FoundSegment>();
        foreach (var name in folder.List())
        {
            if (SegmentHeader.TryParseName(name, out var number))
            {
                var bytes = ReadAll(folder, name);
                var isGood = SegmentHeader.TryRead(bytes, name, out var header) && header.Number == number;
                files.Add(new FoundSegment(number, bytes, isGood ? header : null));
            }
        }

        files.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        var store = files.LastOrDefault(static file => file.Header is not null)?.Header?.Store ?? newId;
        var (counted, voids) = Sort(files, store);
        var recovery = new SessionRecovery(clientId, SegmentHeader.Seed(store));
        var segments = counted.ConvertAll(file => recovery.Replay(file, isNewest: file == counted[^1]));
        if (segments.Count > 0)
        {
            // What a killed process only wrote is read here as a fact; a power cut must not take it back. Where the
            // header of the newest is damaged, the one before may have such an end too.
            foreach (var file in counted.Where(static file => !file.IsEndKnown))
            {
                folder.SyncFile(SegmentHeader.NameOf(file.Number));
            }

            folder.SyncFolder();
        }

        var publications = recovery.Decode();
        return new RecoveredSession(
            store,
            new MqttStoredSession(publications, [.. recovery._table.Received], recovery._table.LastKey),
            recovery._table,
            segments,
            [.. voids.Select(static file => SegmentHeader.NameOf(file.Number))],
            files.Count == 0 ? 0 : files[^1].Number,
            recovery._damaged,
            recovery._torn);
    }

    /// <summary>From the newest back: each header says which segment is before it and where that one ends.</summary>
    private static (List<FoundSegment> Counted, List<FoundSegment> Voids) Sort(List<FoundSegment> files, Guid store)
    {
        var counted = new List<FoundSegment>();
        var voids = new List<FoundSegment>();
        (long Number, long Length)? previous = null;
        foreach (var file in files.AsEnumerable().Reverse())
        {
            if (previous is { } expected && file.Number > expected.Number)
            {
                voids.Add(file); // Its first flush failed, and the next try took its place.
                continue;
            }

            var end = previous is { } known && known.Number == file.Number ? known.Length : default(long?);
            counted.Add(file with
            {
                End = (int)Math.Min(end ?? long.MaxValue, file.Bytes.Length),
                IsEndKnown = end is not null,
            });
            previous = file.Header is { } header && header.Store == store
                ? (header.PreviousNumber, header.PreviousLength)
                : null;
        }

        counted.Reverse();
        return (counted, voids);
    }

    private static byte[] ReadAll(IStoreFolder folder, string name)
    {
        using var file = folder.Open(name);
        var bytes = new byte[file.Length];
        var length = file.Read(bytes, 0);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    private Segment Replay(FoundSegment file, bool isNewest)
    {
        var segment = new Segment(file.Number);
        _contents.Add(segment, file.Bytes);
        if (file.Header is null && file.End > 0 && !isNewest)
        {
            _damaged++;
        }

        var bytes = file.Bytes.AsSpan(0, file.End);
        var at = Math.Min(SegmentHeader.Size, bytes.Length);
        var goodEnd = at;
        while (at < bytes.Length)
        {
            if (!RecordFrame.TryRead(bytes[at..], _seed, out var type, out var length))
            {
                at++; // Byte by byte to the next good frame.
                continue;
            }

            var record = bytes.Slice(at, RecordFrame.Size + length);
            if (!RecordFrame.IsWhole(record, _seed))
            {
                at += record.Length; // Damaged within a good frame: passed exactly.
                continue;
            }

            if (goodEnd != at)
            {
                _damaged++;
            }

            Take(segment, at, type, record);
            at += record.Length;
            goodEnd = at;
        }

        if (isNewest)
        {
            _torn = bytes.Length - goodEnd;
        }
        else if (goodEnd != bytes.Length)
        {
            _damaged++;
        }

        segment.Length = isNewest ? goodEnd : file.End;
        return segment;
    }

    private void Take(Segment segment, long at, byte type, ReadOnlySpan<byte> record)
    {
        var payload = record[RecordFrame.Size..];
        if (type == RecordFrame.Publication)
        {
            var (key, identifier, isReleased) = PublicationContent.ReadHead(payload);
            _table.Add(key, new RecordPlace(segment, at, record.Length), identifier, isReleased);
        }
        else if (type == RecordFrame.Begin)
        {
            var (lastKey, clientId, received) = BeginRecord.Read(payload);
            if (!string.Equals(clientId, _clientId, StringComparison.Ordinal))
            {
                throw new MqttStoreException(
                    $"The session store belongs to the ClientId '{clientId}', not to '{_clientId}'. Choose another"
                    + " directory, or delete this one if its messages are not wanted.",
                    isTransient: false);
            }

            _table.RaiseLastKey(lastKey);
            _table.ReplaceReceived(received);
        }
        else if (payload.Length == RecordFrame.ChangeBytes)
        {
            _ = _table.Apply(new MqttSessionChange(
                (MqttSessionChangeKind)type,
                BinaryPrimitives.ReadUInt64BigEndian(payload),
                BinaryPrimitives.ReadUInt16BigEndian(payload[8..])));
        }
    }

    private List<MqttStoredPublication> Decode()
    {
        var publications = new List<MqttStoredPublication>(_table.Count);
        foreach (var entry in _table.InOrder().ToList())
        {
            var place = entry.Content;
            try
            {
                var content = _contents[place.Segment].AsSpan((int)place.Offset, place.Length)[RecordFrame.Size..];
                publications.Add(PublicationContent.Read(content) with
                {
                    PacketIdentifier = entry.PacketIdentifier,
                    IsReleased = entry.IsReleased,
                });
                place.Segment.LiveCount++;
                place.Segment.Keys.Add(entry.Key);
            }
            catch (Exception error) when (
                error is MqttProtocolException or ArgumentOutOfRangeException or OverflowException)
            {
                // The checksum is right and the content is not: another program wrote it.
                _damaged++;
                _table.Forget(entry.Key);
            }
        }

        return publications;
    }

    /// <param name="Number">The number in its name.</param>
    /// <param name="Bytes">All of the file.</param>
    /// <param name="Header">Its header, or null when that is damaged.</param>
    private sealed record FoundSegment(long Number, byte[] Bytes, SegmentHeader? Header)
    {
        /// <summary>Where it ends by the word of its successor.</summary>
        public int End { get; init; }

        /// <summary>Whether its successor tells: then all of it is durable.</summary>
        public bool IsEndKnown { get; init; }
    }
}

/// <summary>What a start found.</summary>
internal sealed record RecoveredSession(
    Guid Store,
    MqttStoredSession Session,
    SessionTable<RecordPlace> Table,
    List<Segment> Segments,
    IReadOnlyList<string> VoidFiles,
    long LastNumber,
    int Damaged,
    long TornBytes);
