using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>The small files of the folder: identity, index, version 1's cursors, what is set aside.</summary>
internal sealed partial class JournalRecovery
{
    private static bool HasSlots(IReadOnlyList<string> names) => names.Any(static n =>
        JournalFileNames.IndexSlots.Contains(n, StringComparer.Ordinal)
        || JournalFileNames.CursorSlots.Contains(n, StringComparer.Ordinal));

    private Guid FindIdentity(IReadOnlyList<string> names, List<FoundSegment> segments)
    {
        if (names.Contains(JournalFileNames.Identity, StringComparer.Ordinal))
        {
            var bytes = ReadAll(JournalFileNames.Identity);
            var stored = IdentityFile.Decode(bytes, out var version);
            ThrowIfNewer(JournalFileNames.Identity, version, IdentityFile.Version);
            if (stored is { } id)
            {
                return id;
            }
        }

        // The newest good header decides: an older one could have been copied here from elsewhere.
        var header = segments.LastOrDefault(static s => s.Header is not null)?.Header;
        _report = _report with { IsNew = segments.Count == 0, IdentityRestored = segments.Count > 0 };

        // Random, and beginning with the time, which is pleasant to see in a list of journals.
        var made = header?.Journal ?? Guid.CreateVersion7(time.GetUtcNow());
        WriteIdentity(names, made);
        return made;
    }

    private void WriteIdentity(IReadOnlyList<string> names, Guid id)
    {
        if (names.Contains(JournalFileNames.NewIdentity, StringComparer.Ordinal))
        {
            storage.Delete(JournalFileNames.NewIdentity);
        }

        using (var file = storage.Create(JournalFileNames.NewIdentity))
        {
            file.Write(IdentityFile.Encode(id), 0);
            file.Sync();
        }

        storage.Rename(JournalFileNames.NewIdentity, JournalFileNames.Identity);
        storage.SyncFolder();
    }

    private IndexSlot? ReadIndex(IReadOnlyList<string> names, Guid id)
    {
        IndexSlot? newest = null;
        foreach (var name in JournalFileNames.IndexSlots.Where(n => names.Contains(n, StringComparer.Ordinal)))
        {
            _hasIndex = true;
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
