using Meridian.Journal.Faults;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Tests.Storage;

/// <summary>
/// A folder in memory that knows what is durable. It fails where it is told to, dies at a given operation, and after a
/// power cut keeps of what was not flushed whatever a dice says: nothing, all, some writes, half a write.
/// </summary>
internal sealed class MemoryDisk : IJournalStorage
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, MemoryInode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, MemoryInode> _durableNames = new(StringComparer.Ordinal);
    private bool _isLocked;

    public string Folder => "memory";

    /// <summary>Changing operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation at which the power goes; it may be half done.</summary>
    public int DiesAt { get; set; } = int.MaxValue;

    /// <summary>Asked before each operation: its name; true lets it fail once.</summary>
    public Func<string, bool>? Fails { get; set; }

    /// <summary>The same for operations on a file: what, and the file's name when it was opened.</summary>
    public Func<string, string, bool>? FailsOn { get; set; }

    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; private set; }

    public bool IsDead => Operations >= DiesAt;

    public Task Died => _died.Task;

    public IDisposable Lock()
    {
        lock (_gate)
        {
            if (_isLocked)
            {
                throw new JournalLockedException(Folder, null);
            }

            _isLocked = true;
            return new Holder(this);
        }
    }

    public IReadOnlyList<string> List(string? within = null)
    {
        lock (_gate)
        {
            return within is null
                ? [.. _names.Keys.Where(static n => !n.Contains('/', StringComparison.Ordinal))]
                : [.. _names.Keys.Where(n => n.StartsWith($"{within}/", StringComparison.Ordinal))
                    .Select(n => n[(within.Length + 1)..])];
        }
    }

    /// <summary>How many bytes all files together may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Bytes of all files.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
            {
                return _names.Values.Distinct().Sum(static i => i.Length);
            }
        }
    }

    public IJournalFile Create(string name)
    {
        lock (_gate)
        {
            Step("create", name);
            return _names.TryAdd(name, new MemoryInode())
                ? new MemoryFile(this, name, _names[name])
                : throw new IOException($"'{name}' exists.");
        }
    }

    public IJournalFile Open(string name, bool writable)
    {
        lock (_gate)
        {
            return _names.TryGetValue(name, out var inode)
                ? new MemoryFile(this, name, inode)
                : throw new FileNotFoundException($"There is no '{name}'.");
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            Step("delete", name);
            _ = _names.Remove(name);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Step("rename");
            _ = _names.Remove(from, out var inode);
            _names[to] = inode!;
        }
    }

    public void SyncFolder(string? within = null)
    {
        lock (_gate)
        {
            Step("sync folder");
            foreach (var name in _names.Keys.Union(_durableNames.Keys, StringComparer.Ordinal)
                .Where(n => IsWithin(n, within)).ToList())
            {
                if (_names.TryGetValue(name, out var inode))
                {
                    _durableNames[name] = inode;
                }
                else
                {
                    _ = _durableNames.Remove(name);
                }
            }
        }
    }

    /// <summary>The disk as the next process finds it after a kill: all that was written.</summary>
    public MemoryDisk AfterKill()
    {
        lock (_gate)
        {
            var disk = new MemoryDisk();
            disk._names = _names.ToDictionary(static p => p.Key, static p => p.Value.Clone(), StringComparer.Ordinal);
            disk._durableNames = new Dictionary<string, MemoryInode>(disk._names, StringComparer.Ordinal);
            return disk;
        }
    }

    /// <summary>The disk as the next process finds it after a power cut.</summary>
    public MemoryDisk AfterPowerCut(Random dice)
    {
        lock (_gate)
        {
            var disk = new MemoryDisk();
            foreach (var name in _names.Keys.Union(_durableNames.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal))
            {
                var now = _names.GetValueOrDefault(name);
                var durable = _durableNames.GetValueOrDefault(name);
                var kept = now == durable || dice.Next(2) == 0 ? durable : now;
                if (kept is not null)
                {
                    disk._names[name] = kept.AfterPowerCut(dice);
                }
            }

            disk._durableNames = new Dictionary<string, MemoryInode>(disk._names, StringComparer.Ordinal);
            return disk;
        }
    }

    /// <summary>Changes bytes of a file, as a failing medium would.</summary>
    public void Damage(string name, Func<byte[], byte[]> change)
    {
        lock (_gate)
        {
            _names[name] = _durableNames[name] = new MemoryInode(change(_names[name].Read()));
        }
    }

    public byte[] Content(string name)
    {
        lock (_gate)
        {
            return _names[name].Read();
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            _ = _names.Remove(name);
            _ = _durableNames.Remove(name);
        }
    }

    private static bool IsWithin(string name, string? within)
        => name.LastIndexOf('/') is var slash && (within is null
            ? slash < 0 : slash >= 0 && string.Equals(name[..slash], within, StringComparison.Ordinal));

    private void Step(string operation, string? name = null)
    {
        if (IsDead || ++Operations >= DiesAt)
        {
            _ = _died.TrySetResult();
            throw new IOException("The power is gone.");
        }

        if (Fails?.Invoke(operation) == true || (name is not null && FailsOn?.Invoke(operation, name) == true))
        {
            throw new IOException($"Injected: {operation}.");
        }
    }

    private sealed class Holder(MemoryDisk disk) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                disk._isLocked = false;
            }
        }
    }

    private sealed class MemoryFile(MemoryDisk disk, string name, MemoryInode inode) : IJournalFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate)
                {
                    return inode.Length;
                }
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            lock (disk._gate)
            {
                var read = inode.Read(buffer, offset);
                disk.BytesRead += read;
                return read;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk._gate)
            {
                var wasDead = disk.IsDead;
                try
                {
                    disk.Step("write", name);
                    if (offset + bytes.Length > inode.Length
                        && offset + bytes.Length - inode.Length > disk.Capacity - disk.Used)
                    {
                        throw DiskFull.New("The disk is full.");
                    }
                }
                catch (IOException) when (!wasDead)
                {
                    // A write that fails, or during which the end comes, may have written something.
                    var room = Math.Max(0, inode.Length - offset + Math.Max(0, disk.Capacity - disk.Used));
                    inode.Write(bytes[..(int)Math.Min(bytes.Length / 2, room)], offset);
                    throw;
                }

                inode.Write(bytes, offset);
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Step("set length", name);
                inode.SetLength(length);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step("sync", name);
                }
                catch (IOException) when (!disk.IsDead)
                {
                    inode.ForgetDirty();
                    throw;
                }

                inode.Sync();
            }
        }

        public void Dispose()
        {
        }
    }
}
