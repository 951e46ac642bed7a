using System.Buffers;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Encoded packets that wait for the socket, in one piece so that one system call sends them. Two of these change
/// places: one gathers under the gate while the other is being sent.
/// </summary>
internal sealed class OutboundBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 256;

    // A buffer that one huge packet has blown up is not kept.
    private const int MaxKeptBytes = 4 * 1024 * 1024;

    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(Count);
    }

    public void Clear()
    {
        Count = 0;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = [];
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Count + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(
                (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(InitialBytes, 2L * _bytes.Length))));
            Written.Span.CopyTo(larger);
            _bytes = larger;
        }
    }
}
