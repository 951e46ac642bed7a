using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Benchmarks.Journal;

/// <summary>What the disk allows: one thread that appends bytes to a file and calls fdatasync.</summary>
internal sealed partial class RawFile(string path) : IDisposable
{
    private readonly SafeFileHandle _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    private long _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        _length += bytes.Length;
        if (Flush(_handle) != 0)
        {
            throw new IOException("The file could not be flushed.");
        }
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(SafeFileHandle file);
}
