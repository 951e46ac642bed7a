using System.Collections.Concurrent;
using Meridian.Sdk.South;

namespace Meridian.Testing.Simulation;

/// <summary>The files at a simulated source, by path with '/' between folders. Any thread.</summary>
public sealed class SimulatedFiles
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    internal SimulatedFiles(TimeProvider time) => _time = time;

    /// <summary>The paths of all files.</summary>
    public IReadOnlyCollection<string> Paths => [.. _entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Writes a file, as of now.</summary>
    /// <param name="path">Its path, with the folder that an item names.</param>
    /// <param name="content">Its content, not copied.</param>
    public void Write(string path, ReadOnlyMemory<byte> content) =>
        _entries[path] = new Entry(content, _time.GetUtcNow());

    /// <summary>Removes a file, if it is there.</summary>
    /// <param name="path">Its path.</param>
    public void Delete(string path) => _entries.TryRemove(path, out _);

    internal IEnumerable<SourceFile> ListOf(string folder)
    {
        var prefix = folder + '/';
        foreach (var (path, entry) in _entries)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return Describe(prefix, path, entry);
            }
        }
    }

    private SourceFile Describe(string prefix, string path, Entry entry) =>
        new(path[prefix.Length..], entry.Content.Length, entry.Modified)
        {
            OpenRead = _ => _entries.TryGetValue(path, out var now)
                ? ValueTask.FromResult<Stream>(new MemoryStream(now.Content.ToArray(), writable: false))
                : throw new FileNotFoundException($"The simulated file '{path}' is gone.", path),
            Delete = _ =>
            {
                Delete(path);
                return ValueTask.CompletedTask;
            },
            MoveTo = (folder, _) =>
            {
                if (_entries.TryRemove(path, out var moved))
                {
                    _entries[FreeName($"{prefix}{folder}/{Path.GetFileName(path)}")] = moved;
                }

                return ValueTask.CompletedTask;
            },
        };

    private string FreeName(string path)
    {
        var free = path;
        for (var number = 2; _entries.ContainsKey(free); number++)
        {
            free = $"{path}.{number}";
        }

        return free;
    }

    private sealed record Entry(ReadOnlyMemory<byte> Content, DateTimeOffset Modified);
}
