using System.Globalization;

namespace Meridian.Formats.Certificates;

/// <summary>
/// Files that are read whole, each on a thread of its own: one on a share that is away may hang as long as the system
/// likes. Whoever asks for a file that is being read waits for that read, so that one that hangs takes one thread,
/// however often it is asked for. Any thread.
/// </summary>
internal static class FileReads
{
    private const int ChunkBytes = 16 * 1024;

    private static readonly Lock Gate = new();

    // Those that have not ended. Under Gate.
    private static readonly Dictionary<(string File, int MaxBytes), Task<byte[]>> Pending = [];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maxBytes">How many bytes it may have.</param>
    /// <param name="cancellationToken">Ends the wait; the read ends when the system lets it.</param>
    /// <exception cref="IOException">It cannot be read, or is larger.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<byte[]> ReadAsync(string file, int maxBytes, CancellationToken cancellationToken)
    {
        Task<byte[]>? read;
        lock (Gate)
        {
            if (!Pending.TryGetValue((file, maxBytes), out read))
            {
                read = Task.Factory.StartNew(
                    () => ReadOnce(file, maxBytes),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning, // To leave the caller's thread, and those of the pool.
                    TaskScheduler.Default);
                Pending[(file, maxBytes)] = read;
            }
        }

        return await read.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] ReadOnce(string file, int maxBytes)
    {
        try
        {
            return Read(file, maxBytes);
        }
        finally
        {
            lock (Gate)
            {
                Pending.Remove((file, maxBytes));
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
}
