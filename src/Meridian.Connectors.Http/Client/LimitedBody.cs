namespace Meridian.Connectors.Http.Client;

/// <summary>
/// A body that is read as it comes, unpacked, up to a limit: it ends there, and says so. So a few packed bytes that
/// would become gigabytes end there too. Owns the stream.
/// </summary>
internal sealed class LimitedBody(Stream body, int maxBytes) : Stream
{
    private int _left = maxBytes;

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsCut { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_left == 0)
            {
                IsCut |= await body.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0;
                return 0;
            }

            var count = await body.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken)
                .ConfigureAwait(false);
            _left -= count;
            return count;
        }
        catch (InvalidOperationException broken) when (broken is not ObjectDisposedException)
        {
            // How Brotli says that what it unpacks is broken.
            throw new InvalidDataException(broken.Message, broken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
