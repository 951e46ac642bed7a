using System.Globalization;

namespace Meridian.Formats.Certificates;

/// <summary>
/// Files that are read whole, each on a thread of its own: one on a share that is away may hang as long as the system
/// likes. Whoever asks for a file that is being read waits for that read, so that one that hangs takes one thread,
/// however often it is asked for. After a minute another read is tried beside it, since a share that was mounted anew
/// answers new reads alone; at most 4 of a file are under way. Any thread.
/// </summary>
/// <param name="time">Says when a minute is over.</param>
/// <param name="read">Reads a file of at most so many bytes; <see cref="Shared"/> asks the system.</param>
internal sealed class FileReads(TimeProvider time, Func<string, int, byte[]> read)
{
    private const int ChunkBytes = 16 * 1024;
    private const int MaxReadsOfAFile = 4; // Each that hangs keeps a thread.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Those that have not ended, the oldest first. Under the gate.
    private readonly Dictionary<(string File, int MaxBytes), List<Attempt>> _pending = [];

    /// <summary>Those of this process.</summary>
    public static FileReads Shared { get; } = new(TimeProvider.System, Read);

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maxBytes">How many bytes it may have.</param>
    /// <param name="cancellationToken">Ends the wait; the read ends when the system lets it.</param>
    /// <exception cref="IOException">It cannot be read, or is larger.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async Task<byte[]> ReadAsync(string file, int maxBytes, CancellationToken cancellationToken) =>
        await FindOrBeginAsync((file, maxBytes)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>How many reads of a file have not ended.</summary>
    internal int CountOf(string file, int maxBytes)
    {
        lock (_gate)
        {
            return _pending.TryGetValue((file, maxBytes), out var reads) ? reads.Count : 0;
        }
    }

    private Task<byte[]> FindOrBeginAsync((string File, int MaxBytes) asked)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(asked, out var reads))
            {
                _pending[asked] = reads = [];
            }

            if (reads.Count == 0
                || (reads.Count < MaxReadsOfAFile && time.GetElapsedTime(reads[^1].StartTimestamp) >= Patience))
            {
                reads.Add(Begin(asked));
            }

            return reads[^1].Read;
        }
    }

    private Attempt Begin((string File, int MaxBytes) asked)
    {
        var attempt = new Attempt { StartTimestamp = time.GetTimestamp() };
        attempt.Read = Task.Factory.StartNew(
            () => ReadOnce(asked, attempt),
            CancellationToken.None,
            TaskCreationOptions.LongRunning, // To leave the caller's thread, and those of the pool.
            TaskScheduler.Default);
        return attempt;
    }

    private byte[] ReadOnce((string File, int MaxBytes) asked, Attempt attempt)
    {
        try
        {
            return read(asked.File, asked.MaxBytes);
        }
        finally
        {
            lock (_gate) // Which is held until it stands in the list.
            {
                var reads = _pending[asked];
                reads.Remove(attempt);
                if (reads.Count == 0)
                {
                    _pending.Remove(asked);
                }
            }
        }
    }

    private static byte[] Read(string file, int maxBytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var read = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        for (var count = stream.Read(chunk); count > 0; count = stream.Read(chunk))
        {
            read.Write(chunk, 0, count);
            if (read.Length > maxBytes)
            {
                var size = stream.CanSeek ? stream.Length : read.Length;
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture, $"it has {size} bytes, and at most {maxBytes} are read"));
            }
        }

        return read.ToArray();
    }

    private sealed class Attempt
    {
        public required long StartTimestamp { get; init; }

        public Task<byte[]> Read { get; set; } = Task.FromResult(Array.Empty<byte>()); // Set before it is in a list.
    }
}
