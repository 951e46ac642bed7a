using System.Security.Cryptography;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// Passes a file's content on once, and knows its hash at the end. A content that is not as long as the file was when
/// it was looked at is still being written: reading it fails, so no part of it is taken for the whole.
/// </summary>
/// <param name="content">The content, which is disposed with this.</param>
/// <param name="lengthBytes">How long it has to be.</param>
/// <param name="stir">Told of every part that comes: a long file takes its time.</param>
internal sealed class WholeFileStream(Stream content, long lengthBytes, Action? stir = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    /// <summary>The hash of the content; once it was read to its end.</summary>
    public UInt128 Hash { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => lengthBytes;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Take(buffer.Span[..count], buffer.Length);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        var count = content.Read(buffer);
        Take(buffer[..count], buffer.Length);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes, int asked)
    {
        stir?.Invoke();
        _hash.AppendData(bytes);
        _read += bytes.Length;
        var isOver = bytes.Length == 0 && asked > 0;
        if (_read > lengthBytes || (isOver && _read < lengthBytes))
        {
            throw new FileStillWrittenException();
        }

        if (isOver)
        {
            Hash = TakenFile.HashOf(_hash.GetCurrentHash());
        }
    }
}

/// <summary>A file changed while it was read; it is left for the next look.</summary>
internal sealed class FileStillWrittenException() : IOException("The file changed while it was read.");
