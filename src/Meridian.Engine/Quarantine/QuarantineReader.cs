using System.Text.Json;

namespace Meridian.Engine.Quarantine;

/// <summary>Reads a quarantine file's identities, at the start of its North.</summary>
internal static class QuarantineReader
{
    private const int FirstBufferBytes = 64 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Lists (journal, position) of every line, and cuts what lies behind the last line's end: it is the torn write of
    /// a kill, was never promised to anyone, and its cursor has not passed. Lines are told apart by their bytes, not as
    /// text, so that neither a damaged character nor an editor's line ends shift the place of the cut.
    /// </summary>
    public static IReadOnlyList<(Guid Journal, long Position)> ReadAndCutTail(FileStream file)
    {
        var found = new List<(Guid, long)>();
        var buffer = new byte[FirstBufferBytes];
        var filled = 0;
        var goodLength = 0L;
        file.Position = 0;
        while (file.Read(buffer.AsSpan(filled)) is > 0 and var read)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (TryRead(buffer.AsMemory(start, length), out var identity))
                {
                    found.Add(identity);
                }

                start += length + 1;
            }

            goodLength += start;
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        file.SetLength(goodLength);
        return found;
    }

    private static bool TryRead(ReadOnlyMemory<byte> line, out (Guid Journal, long Position) identity)
    {
        identity = default;
        try
        {
            var text = line.Span.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line;
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            identity = (root.GetProperty("journal"u8).GetGuid(), root.GetProperty("position"u8).GetInt64());
            return identity.Position >= 0 && !root.TryGetProperty("derived"u8, out _);
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            // A line that a user edited or a disk damaged: it stays in the file for people, and counts for nothing.
            return false;
        }
    }
}
