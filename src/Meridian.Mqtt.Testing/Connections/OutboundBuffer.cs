using System.Buffers;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>Bytes that gather for one send; can take its last packet back, for the faults.</summary>
internal sealed class OutboundBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 4_096;

    // A burst of large packets shall not keep its memory for the rest of the connection.
    private const int MaxIdleBytes = 1024 * 1024;

    private byte[] _bytes = new byte[InitialBytes];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Demand(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Demand(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Truncate(int length) => Length = length;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MaxIdleBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    private void Demand(int free)
    {
        if (_bytes.Length - Length < free)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + free));
        }
    }
}
