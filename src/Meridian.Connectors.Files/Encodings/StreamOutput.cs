using System.Buffers;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>A buffer in front of a stream; what was written goes on when it is full and when it is flushed.</summary>
internal sealed class StreamOutput(Stream stream) : IBufferWriter<byte>
{
    private const int FullBytes = 1 << 16;

    private readonly ArrayBufferWriter<byte> _buffer = new(FullBytes);

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        FlushWhenFull();
        return _buffer.GetMemory(sizeHint);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        FlushWhenFull();
        return _buffer.GetSpan(sizeHint);
    }

    public void Flush()
    {
        stream.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private void FlushWhenFull()
    {
        if (_buffer.WrittenCount >= FullBytes)
        {
            Flush();
        }
    }
}
