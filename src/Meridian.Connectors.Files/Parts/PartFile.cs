using Microsoft.Win32.SafeHandles;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// The file that is being written. <see cref="Length"/> is what is durable and delivered; bytes beyond it are of a
/// write that failed or was not committed, and are cut before anything follows.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private bool _mayBeLonger;

    private PartFile(PartState state, SafeFileHandle handle)
    {
        Name = state.Name;
        Length = state.Length;
        FoundLength = RandomAccess.GetLength(handle);
        _handle = handle;
        _mayBeLonger = FoundLength > Length;
    }

    public PartName Name { get; }

    public long Length { get; private set; }

    /// <summary>How long the file was when it was opened.</summary>
    public long FoundLength { get; }

    public PartState State => new(Name, Length);

    /// <summary>Opens or creates a part; others may read it meanwhile, but not write or claim it.</summary>
    public static PartFile Open(string path, PartState state, FileMode mode)
    {
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            return new PartFile(state, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes bytes behind the last and returns when they are on the disk.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Cut();
        _mayBeLonger = true;
        await RandomAccess.WriteAsync(_handle, bytes, Length, cancellationToken).ConfigureAwait(false);
        RandomAccess.FlushToDisk(_handle);
        Length += bytes.Length;
        _mayBeLonger = false;
    }

    /// <summary>Cuts what was written beyond <see cref="Length"/>.</summary>
    public void Cut()
    {
        if (_mayBeLonger)
        {
            RandomAccess.SetLength(_handle, Length);
            RandomAccess.FlushToDisk(_handle);
            _mayBeLonger = false;
        }
    }

    public void Dispose() => _handle.Dispose();
}
