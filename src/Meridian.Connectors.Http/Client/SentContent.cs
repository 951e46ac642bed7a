using System.Net;

namespace Meridian.Connectors.Http.Client;

/// <summary>
/// A body that is read from a stream while it is sent, in parts, and tells of each part: a slow link is told from a
/// dead one. Each send opens the stream anew.
/// </summary>
internal sealed class SentContent : HttpContent
{
    private const int PartBytes = 64 * 1024;

    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly long? _lengthBytes;
    private readonly Action _onPart;

    /// <summary>A body of a stream.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="lengthBytes">Its length; null sends it in chunks (RFC 9112 §7.1).</param>
    /// <param name="onPart">Called when a part is taken.</param>
    public SentContent(Func<CancellationToken, ValueTask<Stream>> open, long? lengthBytes, Action onPart)
    {
        (_open, _lengthBytes, _onPart) = (open, lengthBytes, onPart);
    }

    /// <summary>A body of bytes, which must not change until the request has ended.</summary>
    public static SentContent Of(ReadOnlyMemory<byte> bytes, string mediaType, Action onPart)
    {
        var content = new SentContent(_ => ValueTask.FromResult<Stream>(new BytesStream(bytes)), bytes.Length, onPart);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var part = new byte[PartBytes];
            while (true)
            {
                var count = await ReadAsync(source, part, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                await stream.WriteAsync(part.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                _onPart();
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _lengthBytes ?? 0;
        return _lengthBytes is not null;
    }

    private async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _open(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw HttpFaults.OfSource(fault);
        }
    }

    /// <summary>What fails here is ours, not the network's.</summary>
    private static async ValueTask<int> ReadAsync(
        Stream source, Memory<byte> part, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(part, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw HttpFaults.OfSource(fault);
        }
    }

    /// <summary>Lent bytes as a stream; no copy.</summary>
    private sealed class BytesStream(ReadOnlyMemory<byte> bytes) : Stream
    {
        private ReadOnlyMemory<byte> _rest = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
