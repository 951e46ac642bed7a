using Meridian.Journal.Appending;
using Meridian.Journal.Format;

namespace Meridian.Journal.Books;

/// <summary>The files that records refer to, by the segment of the record: they are deleted with it.</summary>
internal sealed class FileTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, StoredFile> _files = [];
    private long _bytes;

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Takes over what became durable.</summary>
    public void Apply(AppendGroup group, long ordinal)
    {
        foreach (var file in group.Files)
        {
            Set(new StoredFile(ordinal, file.Length, file.Id));
        }
    }

    /// <summary>Takes over what a start found.</summary>
    public void Set(StoredFile file)
    {
        lock (_gate)
        {
            if (_files.TryAdd(file.Id, file))
            {
                _ = Interlocked.Add(ref _bytes, file.Length);
            }
        }
    }

    /// <summary>Whether a record refers to the file.</summary>
    public bool Contains(Guid id)
    {
        lock (_gate)
        {
            return _files.ContainsKey(id);
        }
    }

    /// <summary>Forgets the files of the segments up to this one.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<Guid> Remove(long ordinal)
    {
        lock (_gate)
        {
            var gone = _files.Values.Where(f => f.Ordinal <= ordinal).ToList();
            foreach (var file in gone)
            {
                _ = _files.Remove(file.Id);
                _ = Interlocked.Add(ref _bytes, -file.Length);
            }

            return gone.ConvertAll(static f => f.Id);
        }
    }

    /// <summary>What an index slot keeps.</summary>
    public List<StoredFile> ToIndex()
    {
        lock (_gate)
        {
            return [.. _files.Values];
        }
    }
}
