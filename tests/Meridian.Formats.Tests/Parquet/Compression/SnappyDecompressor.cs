namespace Meridian.Formats.Tests.Parquet.Compression;

/// <summary>Reads the Snappy format byte by byte, straight from its description; knows nothing of the writer.</summary>
internal static class SnappyDecompressor
{
    public static byte[] Decompress(ReadOnlySpan<byte> input)
    {
        var at = 0;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = input[at++];
            length |= (one & 0x7F) << shift;
            if (one < 0x80)
            {
                break;
            }
        }

        var output = new List<byte>(length);
        while (at < input.Length)
        {
            var tag = input[at++];
            if ((tag & 3) == 0)
            {
                var size = tag >> 2;
                var extra = Math.Max(0, size - 59);
                size = extra == 0 ? size : Little(input.Slice(at, extra));
                at += extra;
                output.AddRange(input.Slice(at, size + 1));
                at += size + 1;
                continue;
            }

            int copy;
            int offset;
            if ((tag & 3) == 1)
            {
                copy = ((tag >> 2) & 7) + 4;
                offset = ((tag >> 5) << 8) | input[at++];
            }
            else
            {
                var width = (tag & 3) == 2 ? 2 : 4;
                copy = (tag >> 2) + 1;
                offset = Little(input.Slice(at, width));
                at += width;
            }

            Assert.InRange(offset, 1, output.Count);
            for (var i = 0; i < copy; i++)
            {
                output.Add(output[^offset]);
            }
        }

        Assert.Equal(length, output.Count);
        return [.. output];
    }

    private static int Little(ReadOnlySpan<byte> bytes)
    {
        var value = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= bytes[i] << (8 * i);
        }

        return value;
    }
}
