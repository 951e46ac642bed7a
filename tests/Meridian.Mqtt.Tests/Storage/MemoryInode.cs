namespace Meridian.Mqtt.Tests.Storage;

/// <summary>The content of a file: what is seen now, what is durable, and the changes between the two.</summary>
internal sealed class MemoryInode(byte[]? initial = null)
{
    private readonly List<(long Offset, byte[]? Bytes)> _dirty = [];
    private byte[] _now = initial ?? [];
    private byte[] _durable = initial ?? [];

    public long Length => _now.Length;

    public byte[] Read() => [.. _now];

    public int Read(Span<byte> buffer, long offset)
    {
        if (offset >= _now.Length)
        {
            return 0;
        }

        var length = Math.Min(buffer.Length, _now.Length - (int)offset);
        _now.AsSpan((int)offset, length).CopyTo(buffer);
        return length;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var copy = bytes.ToArray();
        _dirty.Add((offset, copy));
        _now = Apply(_now, offset, copy);
    }

    public void Sync()
    {
        _durable = _now;
        _dirty.Clear();
    }

    /// <summary>A failed flush: the system takes the pages for clean, though they never reached the disk.</summary>
    public void ForgetDirty() => _dirty.Clear();

    public MemoryInode Clone() => new([.. _now]);

    public MemoryInode AfterPowerCut(Random dice)
    {
        var mood = dice.Next(4);
        var content = _durable;
        foreach (var (offset, bytes) in _dirty)
        {
            var kept = mood switch
            {
                0 => 0,
                1 => bytes?.Length ?? 1,
                _ => dice.Next((bytes?.Length ?? 1) + 1),
            };
            if (kept > 0)
            {
                content = Apply(content, offset, bytes?[..kept]);
            }
        }

        return new MemoryInode(content);
    }

    private static byte[] Apply(byte[] old, long offset, byte[]? bytes)
    {
        var length = bytes is null ? (int)offset : Math.Max(old.Length, (int)offset + bytes.Length);
        var changed = new byte[length];
        old.AsSpan(0, Math.Min(old.Length, length)).CopyTo(changed);
        bytes?.CopyTo(changed, offset);
        return changed;
    }
}
