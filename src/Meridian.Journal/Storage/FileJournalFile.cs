using Microsoft.Win32.SafeHandles;

namespace Meridian.Journal.Storage;

/// <summary>A file of the file system.</summary>
internal sealed class FileJournalFile(string path, FileMode mode, FileAccess access) : IJournalFile
{
    private readonly SafeFileHandle _handle
        = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Sync()
    {
        if (LinuxFile.IsHere)
        {
            LinuxFile.Flush(_handle);
        }
        else
        {
            RandomAccess.FlushToDisk(_handle);
        }
    }

    public void Dispose() => _handle.Dispose();
}
