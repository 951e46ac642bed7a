using System.Buffers;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>Bytes as the network may bring them: in segments of any size.</summary>
internal sealed class Chunks : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Chunks { Memory = bytes[..Math.Min(size, bytes.Length)] };
        var last = first;
        for (var at = last.Memory.Length; at < bytes.Length; at += last.Memory.Length)
        {
            var next = new Chunks { Memory = bytes.Slice(at, Math.Min(size, bytes.Length - at)), RunningIndex = at };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
