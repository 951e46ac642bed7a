using System.Globalization;

namespace Meridian.Journal.Storage;

/// <summary>Where bytes go that are no use any more, for whoever wants to look. Bounded: beyond that, damage is only
/// counted.</summary>
internal sealed class DamagedFolder(IJournalStorage storage)
{
    /// <summary>The folder's name.</summary>
    public const string Name = "damaged";

    /// <summary>No more files are kept.</summary>
    public const int MaxFiles = 256;

    private const int MaxBytesPerFile = 16 << 20;

    private HashSet<string>? _names;

    /// <summary>Copies a range of a file.</summary>
    public void Copy(string name, long offset, long length)
    {
        var target = string.Create(CultureInfo.InvariantCulture, $"{name}@{offset}");
        if (length <= 0 || !HasRoomFor(target))
        {
            return;
        }

        using var from = storage.Open(name, writable: false);
        using var to = storage.Create($"{Name}/{target}");
        var bytes = new byte[(int)Math.Min(length, MaxBytesPerFile)];
        var read = from.Read(bytes, offset);
        to.Write(bytes.AsSpan(0, read), 0);
        _ = _names!.Add(target);
    }

    /// <summary>Moves a whole file.</summary>
    public void Move(string path, string? name = null)
    {
        name ??= path;
        if (HasRoomFor(name))
        {
            storage.Rename(path, $"{Name}/{name}");
            _ = _names!.Add(name);
        }
        else
        {
            storage.Delete(path);
        }
    }

    private bool HasRoomFor(string target)
    {
        _names ??= [.. storage.List(Name)];
        return _names.Count < MaxFiles && !_names.Contains(target);
    }
}
