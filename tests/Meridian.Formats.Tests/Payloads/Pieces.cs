using System.Buffers;

namespace Meridian.Formats.Tests.Payloads;

/// <summary>A sequence that is as scattered as can be: one byte per segment.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Pieces { Memory = bytes.AsMemory(0, 1) };
        var last = first;
        for (var i = 1; i < bytes.Length; i++)
        {
            var next = new Pieces { Memory = bytes.AsMemory(i, 1), RunningIndex = i };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }
}
