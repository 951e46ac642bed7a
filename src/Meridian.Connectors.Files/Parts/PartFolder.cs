using System.Globalization;
using Meridian.Sdk;
using Meridian.Sdk.Files;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Parts;

/// <summary>The folder and what of it is ours; every change of a name is durable when the method returns.</summary>
internal sealed class PartFolder(string path, NamePattern pattern)
{
    /// <summary>Follows the name of a file that is being made of a spool and not complete.</summary>
    public const string UnfinishedSuffix = ".tmp";

    /// <summary>Follows the name of a part that nobody accounts for.</summary>
    public const string OrphanSuffix = ".orphan";

    /// <summary>Follows the name of a spool whose files are made, whole and durable, and want their names.</summary>
    public const string DoneSuffix = ".done";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string PathOf(PartName name) => System.IO.Path.Combine(Path, name.FileName);

    public string PartPathOf(PartName name) => PathOf(name) + PartName.PartSuffix;

    public void Create()
    {
        Directory.CreateDirectory(Path);
        Sync();
    }

    /// <summary>The highest number that any file of ours has, complete or not; 0 when there is none.</summary>
    public long HighestNumber() =>
        new[] { string.Empty, PartName.PartSuffix, DoneSuffix, UnfinishedSuffix, OrphanSuffix }
            .SelectMany(Names).Select(name => name.Number).DefaultIfEmpty().Max();

    /// <summary>The complete files.</summary>
    public IReadOnlyList<PartName> Completed() => [.. Names(string.Empty).Where(name => !name.IsSpool)];

    public IReadOnlyList<PartName> Parts() => [.. Names(PartName.PartSuffix)];

    /// <summary>The spools whose files want their names.</summary>
    public IReadOnlyList<PartName> Done() => [.. Names(DoneSuffix)];

    public PartFile CreatePart(PartName name)
    {
        var part = PartFile.Open(PartPathOf(name), new PartState(name, 0), FileMode.CreateNew);
        try
        {
            Sync();
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public PartFile OpenPart(PartState state) => PartFile.Open(PartPathOf(state.Name), state, FileMode.Open);

    public void Complete(PartName name)
    {
        File.Move(PartPathOf(name), PathOf(name), overwrite: false);

        // Before the next file is begun: should the power fail and this name come back as a part, the state would know
        // only the next one, and this one would pass for a stray.
        Sync();
    }

    /// <summary>
    /// The files of a spool are whole and durable: from here on a start gives them their names and makes none anew.
    /// </summary>
    public void MarkDone(PartName spool)
    {
        // Their names first: the mark must not outlive them.
        Sync();
        File.Move(PartPathOf(spool), PathOf(spool) + DoneSuffix, overwrite: false);
        Sync();
    }

    /// <summary>Gives the files of a spool their names and removes it. May be repeated.</summary>
    /// <returns>The files that have their names now.</returns>
    public IReadOnlyList<PartName> Finish(PartName spool)
    {
        var files = Names(UnfinishedSuffix).Where(name => name.Number == spool.Number).ToArray();
        foreach (var name in files)
        {
            File.Move(PathOf(name) + UnfinishedSuffix, PathOf(name), overwrite: true);
        }

        Sync();
        File.Delete(PathOf(spool) + DoneSuffix);
        Sync();
        return files;
    }

    /// <summary>Removes files that were being made of a spool that is made into files again.</summary>
    public void RemoveUnfinished()
    {
        foreach (var name in Names(UnfinishedSuffix).ToArray())
        {
            File.Delete(PathOf(name) + UnfinishedSuffix);
        }
    }

    /// <summary>Removes a part that no cursor counts on. One that another process or North is writing throws.</summary>
    public void Remove(PartName name)
    {
        ThrowIfInUse(name);
        File.Delete(PartPathOf(name));
        Sync();
    }

    /// <summary>Puts a part aside that may or may not be wanted.</summary>
    /// <returns>Its new path.</returns>
    public string SetAside(PartName name)
    {
        ThrowIfInUse(name);
        var orphan = PathOf(name) + OrphanSuffix;
        File.Move(PartPathOf(name), orphan, overwrite: true);
        Sync();
        return orphan;
    }

    /// <summary>Removes complete files.</summary>
    public void Remove(IEnumerable<PartName> completed)
    {
        foreach (var name in completed)
        {
            File.Delete(PathOf(name));
        }
    }

    /// <summary>Writes and removes a file of its own, where the folder is or would be made.</summary>
    public IReadOnlyList<Diagnostic> Probe(Random random, TimeProvider time)
    {
        var existing = new DirectoryInfo(Path);
        while (!existing.Exists && existing.Parent is not null)
        {
            if (File.Exists(existing.FullName))
            {
                throw new IOException(
                    $"'{existing.FullName}' is a file, so no folder can be made there; remove it or name another.");
            }

            existing = existing.Parent;
        }

        var probe = System.IO.Path.Combine(existing.FullName, $".{pattern.PartStem}-probe-{random.NextInt64():x}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.DeleteOnClose,
        };
        var began = time.GetTimestamp();
        using (var stream = new FileStream(probe, options))
        {
            stream.WriteByte(0);
            stream.Flush(flushToDisk: true);
        }

        var took = time.GetElapsedTime(began);

        var isThere = string.Equals(existing.FullName, Path, StringComparison.Ordinal);
        var freeBytes = new DriveInfo(existing.FullName).AvailableFreeSpace;
        return
        [
            new Diagnostic("Directory", isThere ? Path : $"{Path} (will be made)"),
            new Diagnostic("Rights", "files can be made, written and removed"),
            new Diagnostic("On the disk within", string.Create(
                CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.0} ms")),
            new Diagnostic("Free space", $"{new ByteSize(freeBytes >> 20 << 20)}"),
        ];
    }

    /// <summary>Makes the names in the folder durable.</summary>
    public void Sync() => DurableFile.SyncFolder(Path);

    /// <summary>Throws when another process or North writes a part.</summary>
    public void ThrowIfInUse(PartName name)
    {
        // Whoever writes a part holds a lock on it that this one does not get along with.
        using var handle = File.OpenHandle(PartPathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    private IEnumerable<PartName> Names(string suffix)
    {
        foreach (var file in Directory.EnumerateFiles(Path))
        {
            var name = System.IO.Path.GetFileName(file);
            if (name.EndsWith(suffix, StringComparison.Ordinal)
                && PartName.TryParse(name[..^suffix.Length], pattern, out var parsed))
            {
                yield return parsed;
            }
        }
    }
}
