using System.Runtime.InteropServices;
using Meridian.Connectors.Files.Encodings;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// Makes files of a spool: one, or one per point. They are written aside; the same spool makes the same files with the
/// same names, so it may be begun again as often as it was cut short.
/// </summary>
/// <remarks>
/// With a file per point the spool is read once for their names and once for each group of them: memory does not grow
/// with the number of points, but for their names.
/// </remarks>
internal sealed class Conversion(PartFolder folder, NamePattern pattern, FileEncoding encoding, ILogger logger)
{
    /// <summary>
    /// Hashes that tell names apart, by the length that is tried next; see <see cref="NamePattern"/>.
    /// </summary>
    private static readonly int[] HashLengths = [0, 8, 64];

    /// <summary>Makes the files of a complete part and gives them their names.</summary>
    /// <returns>The complete files.</returns>
    public IReadOnlyList<PartName> Complete(PartState spool, CancellationToken cancellationToken)
    {
        folder.RemoveUnfinished();
        var damage = Write(spool, PartFolder.UnfinishedSuffix, cancellationToken);
        if (damage is null)
        {
            folder.MarkDone(spool.Name);
            return folder.Finish(spool.Name);
        }

        // What it held counts as delivered: what could be read becomes files, and the spool is kept for people.
        var files = folder.Finish(spool.Name);
        logger.SpoolDamaged(
            folder.PartPathOf(spool.Name), damage.Value, spool.Length, folder.SetAside(spool.Name));
        return files;
    }

    /// <summary>Makes files for people of a spool that nobody accounts for: as much of it as is whole.</summary>
    /// <returns>What the files are called; the spool, which is kept beside them, where its end could not be read.
    /// </returns>
    public string SetAside(PartName spool)
    {
        folder.ThrowIfInUse(spool);
        var length = new FileInfo(folder.PartPathOf(spool)).Length;
        var damage = Write(new PartState(spool, length), PartFolder.OrphanSuffix, CancellationToken.None);
        folder.Sync();
        if (damage is not null)
        {
            // A write that was cut short, or worse: somebody may still want to look.
            return folder.SetAside(spool);
        }

        folder.Remove(spool);
        var name = spool with { Stem = pattern.IsPerPoint ? "*" : spool.Stem, Extension = encoding.Extension };
        return folder.PathOf(name) + PartFolder.OrphanSuffix;
    }

    /// <summary>Writes the files of a spool, durable when it returns; their names are not yet.</summary>
    /// <returns>Where the spool is damaged; null when it is whole.</returns>
    private long? Write(PartState spool, string suffix, CancellationToken cancellationToken)
    {
        var path = folder.PartPathOf(spool.Name);
        if (!pattern.IsPerPoint)
        {
            using var reader = new SpoolReader(path, spool.Length);
            using var file = Begin(spool.Name.Stem);
            while (reader.TryRead(out var readings))
            {
                cancellationToken.ThrowIfCancellationRequested();
                file.Encoder.Write(CollectionsMarshal.AsSpan(readings));
            }

            file.Complete();
            return reader.IsDamaged ? reader.Offset : null;
        }

        var damage = FindStems(path, spool.Length, out var stems, cancellationToken);
        foreach (var group in stems.Chunk(encoding.FilesAtOnce))
        {
            WriteGroup(path, spool.Length, group, Begin, cancellationToken);
        }

        return damage;

        MadeFile Begin(string stem)
        {
            var name = spool.Name with { Stem = stem, Extension = encoding.Extension };
            return new MadeFile(folder.PathOf(name) + suffix, encoding);
        }
    }

    private static void WriteGroup(
        string path,
        long length,
        IEnumerable<KeyValuePair<string, string>> group,
        Func<string, MadeFile> begin,
        CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, MadeFile>(StringComparer.Ordinal);
        try
        {
            foreach (var (point, stem) in group)
            {
                files.Add(point, begin(stem));
            }

            using var reader = new SpoolReader(path, length);
            while (reader.TryRead(out var readings))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (ref readonly var reading in CollectionsMarshal.AsSpan(readings))
                {
                    if (files.TryGetValue(reading.Point, out var file))
                    {
                        file.Encoder.Write(new ReadOnlySpan<Sdk.Readings.Reading>(in reading));
                    }
                }
            }

            foreach (var file in files.Values)
            {
                file.Complete();
            }
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>
    /// How the file of each point begins. On a file system that takes capitals and small letters for the same, two
    /// points must not have one file, so they differ by more than that.
    /// </summary>
    private long? FindStems(
        string path, long length, out Dictionary<string, string> stems, CancellationToken cancellationToken)
    {
        stems = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using var reader = new SpoolReader(path, length);
        while (reader.TryRead(out var readings))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var reading in readings)
            {
                if (!stems.ContainsKey(reading.Point))
                {
                    var point = reading.Point;
                    stems.Add(point, HashLengths.Select(hash => pattern.StemOf(point, hash)).First(taken.Add));
                }
            }
        }

        return reader.IsDamaged ? reader.Offset : null;
    }
}
