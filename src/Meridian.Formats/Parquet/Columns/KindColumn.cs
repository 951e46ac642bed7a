using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>The kinds of the values, in words: a dictionary of those that occur.</summary>
internal static class KindColumn
{
    private static readonly string[] Words =
        ["null", "double", "int64", "uint64", "boolean", "string", "bytes", "json"];

    public static void Write(ColumnPages columns)
    {
        var kinds = columns.Readings.Kinds.Written;
        Span<int> numbers = stackalloc int[Words.Length];
        numbers.Fill(-1);
        using var dictionary = new GatheredBytes();
        using var indexes = new GrowingArray<int>();
        var room = indexes.Resize(kinds.Length);
        for (var i = 0; i < kinds.Length; i++)
        {
            ref var number = ref numbers[kinds[i]];
            if (number < 0)
            {
                number = dictionary.Count;
                dictionary.Add(Words[kinds[i]]);
            }

            room[i] = number;
        }

        columns.WriteIndexed(dictionary.Plain.Written, dictionary.Count, indexes.Written, Presence.None);
    }
}
