using System.Text;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Encodings;
using Meridian.Formats.Parquet.Layout;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>The names of the points: a dictionary, unless hardly a name comes twice.</summary>
internal static class PointColumn
{
    public static ColumnStatistics Write(ColumnPages columns, GrowingArray<byte> names)
    {
        var numbers = columns.Readings.Points.Written;
        var count = columns.Readings.Names.Count;
        var statistics = Encode(columns.Readings.Names, names);
        if (count <= numbers.Length / 2)
        {
            columns.WriteIndexed(names.Written, count, numbers, Presence.None);
            return statistics;
        }

        // More than half of the rows bring a name of their own, so plain names are less than twice the dictionary.
        using var offsets = new GrowingArray<int>();
        using var plain = new GrowingArray<byte>();
        for (var at = 0; at < names.Count; at += BytesDictionary.LengthOf(names.Written[at..]))
        {
            offsets.Add(at);
        }

        foreach (var number in numbers)
        {
            var name = names.Written[offsets.Written[number]..];
            plain.Append(name[..BytesDictionary.LengthOf(name)]);
        }

        BytesColumn.WritePlain(plain.Written, Presence.None, columns);
        return statistics;
    }

    /// <summary>
    /// All names, plain; the least and the greatest by their bytes, as the order of texts is defined.
    /// </summary>
    private static ColumnStatistics Encode(PointNames points, GrowingArray<byte> names)
    {
        var (least, greatest) = (0, 0);
        for (var i = 0; i < points.Count; i++)
        {
            var at = names.Count;
            var name = points[i];
            var room = names.Reserve(sizeof(int) + (3 * name.Length));
            var length = Encoding.UTF8.GetBytes(name, room[sizeof(int)..]);
            names.AppendInt32(length);
            names.Advance(length);
            least = TextAt(names, at).SequenceCompareTo(TextAt(names, least)) < 0 ? at : least;
            greatest = TextAt(names, at).SequenceCompareTo(TextAt(names, greatest)) > 0 ? at : greatest;
        }

        return ColumnStatistics.OfTexts(TextAt(names, least), TextAt(names, greatest));
    }

    private static ReadOnlySpan<byte> TextAt(GrowingArray<byte> names, int at)
    {
        var name = names.Written[at..];
        return name[sizeof(int)..BytesDictionary.LengthOf(name)];
    }
}
