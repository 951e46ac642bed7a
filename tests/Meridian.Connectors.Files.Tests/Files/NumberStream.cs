namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>Bytes that follow from their place, as many as are wanted; nothing of them is in memory.</summary>
internal sealed class NumberStream(long length) : Stream
{
    private long _at;

    /// <summary>Called before each read with how many bytes were read.</summary>
    public Action<long> OnRead { get; init; } = static _ => { };

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        OnRead(_at);
        var count = (int)Math.Min(buffer.Length, length - _at);
        for (var index = 0; index < count; index++, _at++)
        {
            buffer[index] = (byte)((_at * 31) ^ (_at >> 13));
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
