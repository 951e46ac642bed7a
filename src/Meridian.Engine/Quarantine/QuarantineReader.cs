namespace Meridian.Engine.Quarantine;

/// <summary>Reads a quarantine file line by line.</summary>
internal static class QuarantineReader
{
    private const int FirstBufferBytes = 64 * 1024;

    /// <summary>
    /// Reads the lines from a place to the last line's end. What lies behind that is the torn write of a kill, was
    /// never promised to anyone, and its cursor has not passed. Lines are told apart by their bytes, not as text, so
    /// that neither a damaged character nor an editor's line ends shift the place of the cut.
    /// </summary>
    /// <param name="file">The file; read from where it stands.</param>
    /// <param name="take">Given each line, lent, and where it begins; false ends the reading before that line.</param>
    /// <returns>Where the last line that was taken ends.</returns>
    public static long Read(FileStream file, Func<ReadOnlyMemory<byte>, long, bool> take)
    {
        var buffer = new byte[FirstBufferBytes];
        var filled = 0;
        var end = file.Position;
        while (file.Read(buffer.AsSpan(filled)) is > 0 and var read)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (!take(buffer.AsMemory(start, length), end))
                {
                    return end;
                }

                start += length + 1;
                end += length + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        return end;
    }
}
