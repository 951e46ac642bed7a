using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>The small files of the folder: identity, index, version 1's cursors, what is set aside.</summary>
internal sealed partial class JournalRecovery
{
    private static bool HasSlots(IReadOnlyList<string> names) => names.Any(static n =>
        JournalFileNames.IndexSlots.Contains(n, StringComparer.Ordinal)
        || JournalFileNames.CursorSlots.Contains(n, StringComparer.Ordinal));

    /// <summary>Which log this is: the identity file says so or, when it is lost, the newest good header.</summary>
    private Guid FindLog(IReadOnlyList<string> names, List<FoundSegment> segments)
    {
        if (names.Contains(JournalFileNames.Identity, StringComparer.Ordinal))
        {
            var stored = IdentityFile.Decode(ReadAll(JournalFileNames.Identity), out var version);
            ThrowIfNewer(JournalFileNames.Identity, version, IdentityFile.Version);
            if (stored is not null)
            {
                _identity = stored;
                return stored.Log;
            }
        }

        // The newest good header decides: an older one could have been copied here from elsewhere.
        var header = segments.LastOrDefault(static s => s.Header is not null)?.Header;
        _report = _report with { IsNew = segments.Count == 0, IdentityRestored = segments.Count > 0 };
        if (header is null)
        {
            _identity = new JournalIdentity(NewId(), []);
            IdentityFile.Store(storage, _identity);
        }

        return header?.Journal ?? _identity!.Log;
    }

    /// <summary>What the journal is called, after the log was read: it keeps a copy of a renewed identity.</summary>
    private JournalIdentity SettleIdentity(Guid log)
    {
        if (_identity is { } known)
        {
            return known;
        }

        var identity = new JournalIdentity(log, []);
        if (_replay.Checkpoints.TryGet(_sources.Get(JournalIdentity.Source), JournalIdentity.Key, out var copy)
            && IdentityFile.Decode(copy, out _) is { } renewed && renewed.Log == log)
        {
            identity = renewed;
        }
        else if (_report.CursorsLost)
        {
            // A renewal may be among what was lost. A destination that took the old id for this one would pass over
            // data; one that is told a new id gets some again.
            identity = identity.Renew(NewId());
        }

        IdentityFile.Store(storage, identity);
        return identity;
    }

    // Random, and beginning with the time, which is pleasant to see in a list of journals.
    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    private IndexSlot? ReadIndex(IReadOnlyList<string> names, Guid id)
    {
        IndexSlot? newest = null;
        foreach (var name in JournalFileNames.IndexSlots.Where(n => names.Contains(n, StringComparer.Ordinal)))
        {
            _slots++;
            var slot = IndexSlot.Decode(ReadAll(name), out var version);
            ThrowIfNewer(name, version, IndexSlot.Version);
            if (slot is not null && slot.Journal == id && slot.Sequence > (newest?.Sequence ?? 0))
            {
                newest = slot;
            }
        }

        _indexSequence = newest?.Sequence ?? 0;
        return newest;
    }

    private IEnumerable<StoredCursor> ReadVersion1Cursors(IReadOnlyList<string> names, Guid id)
        => JournalFileNames.CursorSlots.Where(n => names.Contains(n, StringComparer.Ordinal))
            .Select(name => CursorSlot.Decode(ReadAll(name)))
            .Where(slot => slot?.Journal == id)
            .MaxBy(static slot => slot!.Sequence)?.Cursors ?? [];

    private byte[] ReadAll(string name)
    {
        using var file = storage.Open(name, writable: false);
        var bytes = new byte[Math.Min(file.Length, IndexSlot.MaxBytes)];
        var read = file.Read(bytes, 0);
        return bytes[..read];
    }

    private void SetDamageAside()
    {
        var folder = new DamagedFolder(storage);
        foreach (var (name, range) in _replay.Damage)
        {
            _report = _report with
            {
                DamagedPlaces = _report.DamagedPlaces + 1,
                DamagedBytes = _report.DamagedBytes + range.Length,
            };
            try
            {
                folder.Copy(name, range.Offset, range.Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A disk without space must not prevent opening; the damage stays where it is and is counted.
            }
        }
    }

    private int RemoveOrphans()
    {
        var orphans = 0;
        var folder = new DamagedFolder(storage);
        foreach (var name in storage.List(JournalFileNames.Files))
        {
            if (!Guid.TryParseExact(name, "N", out var id) || _replay.Files.Contains(id))
            {
                continue;
            }

            orphans++;
            if (_report.IsDamaged)
            {
                // The record that referred to it may be among what was lost.
                folder.Move($"{JournalFileNames.Files}/{name}", name);
            }
            else
            {
                storage.Delete($"{JournalFileNames.Files}/{name}");
            }
        }

        return orphans;
    }
}
