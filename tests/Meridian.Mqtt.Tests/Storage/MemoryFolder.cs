using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Storage.Files;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>
/// A folder in memory that knows what is durable. It fails where it is told to, dies at a given operation, and after a
/// power cut keeps of what was not flushed whatever a dice says: nothing, all, some writes, half a write.
/// </summary>
internal sealed class MemoryFolder : IStoreFolder
{
    private readonly Lock _gate = new();
    private Dictionary<string, MemoryInode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, MemoryInode> _durableNames = new(StringComparer.Ordinal);
    private bool _isLocked;

    public string Name => "memory";

    /// <summary>Changing operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation at which the power goes; it may be half done.</summary>
    public int DiesAt { get; set; } = int.MaxValue;

    /// <summary>Asked before each operation: its name; true lets it fail once.</summary>
    public Func<string, bool>? Fails { get; set; }

    public bool IsDead => Operations >= DiesAt;

    public IDisposable Lock()
    {
        lock (_gate)
        {
            if (_isLocked)
            {
                throw new MqttStoreLockedException(Name, null);
            }

            _isLocked = true;
            return new Holder(this);
        }
    }

    public IReadOnlyList<string> List()
    {
        lock (_gate)
        {
            return [.. _names.Keys];
        }
    }

    public IStoreFile Create(string name)
    {
        lock (_gate)
        {
            Step("create");
            return _names.TryAdd(name, new MemoryInode())
                ? new MemoryFile(this, _names[name])
                : throw new IOException($"'{name}' exists.");
        }
    }

    public IStoreFile Open(string name)
    {
        lock (_gate)
        {
            return _names.TryGetValue(name, out var inode)
                ? new MemoryFile(this, inode)
                : throw new FileNotFoundException($"There is no '{name}'.");
        }
    }

    public void SyncFile(string name)
    {
        using var file = Open(name);
        file.Sync();
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            Step("delete");
            _ = _names.Remove(name);
        }
    }

    public void SyncFolder()
    {
        lock (_gate)
        {
            Step("sync folder");
            _durableNames = new Dictionary<string, MemoryInode>(_names, StringComparer.Ordinal);
        }
    }

    /// <summary>The disk as the next process finds it after a kill: all that was written.</summary>
    public MemoryFolder AfterKill()
    {
        lock (_gate)
        {
            var disk = new MemoryFolder();
            disk._names = _names.ToDictionary(static p => p.Key, static p => p.Value.Clone(), StringComparer.Ordinal);
            disk._durableNames = new Dictionary<string, MemoryInode>(disk._names, StringComparer.Ordinal);
            return disk;
        }
    }

    /// <summary>The disk as the next process finds it after a power cut.</summary>
    public MemoryFolder AfterPowerCut(Random dice)
    {
        lock (_gate)
        {
            var disk = new MemoryFolder();
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

    private void Step(string operation)
    {
        if (IsDead || ++Operations >= DiesAt)
        {
            throw new IOException("The power is gone.");
        }

        if (Fails?.Invoke(operation) == true)
        {
            throw new IOException($"Injected: {operation}.");
        }
    }

    private sealed class Holder(MemoryFolder disk) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                disk._isLocked = false;
            }
        }
    }

    private sealed class MemoryFile(MemoryFolder disk, MemoryInode inode) : IStoreFile
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
                return inode.Read(buffer, offset);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step("write");
                }
                catch (IOException)
                {
                    // A write that fails may have written something.
                    inode.Write(bytes[..(bytes.Length / 2)], offset);
                    throw;
                }

                inode.Write(bytes, offset);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step("sync");
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
