using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Files;

/// <summary>The files beside the journal. Any number of threads may store and open.</summary>
internal sealed class FileShelf(IJournalStorage storage, long maxBytes, TimeProvider time)
{
    private const int ChunkBytes = 128 << 10;

    private volatile bool _isFolderDurable;

    /// <summary>Copies a stream to disk and makes it durable.</summary>
    public async Task<JournalFile> StoreAsync(string name, Stream content, CancellationToken ct)
    {
        // Random, and beginning with the time, so that a listing shows them in order.
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var path = JournalFileNames.File(id);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var isStored = false;
        try
        {
            long length = 0;
            using (var file = storage.Create(path))
            {
                int read;
                while ((read = await content.ReadAsync(chunk, ct).ConfigureAwait(false)) > 0)
                {
                    ThrowIfTooLong(name, length + read);
                    file.Write(chunk.AsSpan(0, read), length);
                    length += read;
                }

                file.Sync();
            }

            MakeNameDurable();
            isStored = true;
            return new JournalFile(id, name, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
            if (!isStored)
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Opens a file for reading.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns the file.")]
    public Stream Open(JournalFile file)
        => new StoredFileStream(storage.Open(JournalFileNames.File(file.Id), writable: false));

    private void MakeNameDurable()
    {
        storage.SyncFolder(JournalFileNames.Files);
        if (!_isFolderDurable)
        {
            storage.SyncFolder();
            _isFolderDurable = true;
        }
    }

    private void ThrowIfTooLong(string name, long length)
    {
        if (length > maxBytes)
        {
            throw new ArgumentException(
                $"The file '{name}' has more than {maxBytes} bytes, which is the limit "
                + $"({nameof(JournalOptions.MaxFileBytes)}). Split it or raise the limit.",
                nameof(name));
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            storage.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No record refers to it: the next start deletes it.
        }
    }
}
