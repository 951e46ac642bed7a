using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Thrift;

namespace Meridian.Formats.Parquet.Layout;

/// <summary>
/// The file's index, written last: the schema, and where each column of each row group lies (parquet.thrift,
/// FileMetaData). Row groups are kept as the bytes that they will be, some 1 KiB each.
/// </summary>
internal sealed class Footer(ParquetCompression compression) : IDisposable
{
    /// <summary>The version of Parquet's format in which timestamps of nanoseconds are.</summary>
    private const int FormatVersion = 2;

    /// <summary>
    /// The version is the writer's own, raised when it writes other bytes: readers judge by it which faults a file may
    /// have, and the same readings make the same file whichever release writes it.
    /// </summary>
    private const string CreatedBy = "Meridian version 1.0.0";

    private readonly GrowingArray<byte> _rowGroups = new();
    private readonly GrowingArray<byte> _columns = new();
    private int _rowGroupCount;
    private long _rows;
    private long _groupPlain;
    private long _groupStored;

    public bool IsFull => _rowGroups.Count >= ParquetLimits.MaxFooterBytes;

    /// <summary>Takes in a column of the row group that is being written; columns come in the schema's order.</summary>
    public void AddColumn(ParquetColumn column, in ChunkSums sums, int rows, in ColumnStatistics statistics)
    {
        _groupPlain += sums.PlainBytes;
        _groupStored += sums.StoredBytes;
        var thrift = new CompactWriter(_columns);
        thrift.BeginStruct();
        thrift.Int64(2, 0);
        thrift.BeginStruct(3);
        thrift.Int32(1, (int)column.Type);
        thrift.BeginList(2, CompactType.Int32, sums.DictionaryOffset > 0 ? 3 : 2);
        thrift.Int32Element((int)ParquetEncoding.Rle);
        thrift.Int32Element((int)sums.Encoding);
        if (sums.DictionaryOffset > 0)
        {
            thrift.Int32Element((int)ParquetEncoding.Plain);
        }

        thrift.BeginList(3, CompactType.Binary, 1);
        thrift.TextElement(column.Name);
        thrift.Int32(4, (int)compression);
        thrift.Int64(5, rows);
        thrift.Int64(6, sums.PlainBytes);
        thrift.Int64(7, sums.StoredBytes);
        thrift.Int64(9, sums.DataOffset);
        if (sums.DictionaryOffset > 0)
        {
            thrift.Int64(11, sums.DictionaryOffset);
        }

        statistics.Write(12, thrift);
        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>Ends the row group, all of whose columns have come.</summary>
    public void EndRowGroup(int rows)
    {
        var thrift = new CompactWriter(_rowGroups);
        thrift.BeginStruct();
        thrift.BeginList(1, CompactType.Struct, ReadingsSchema.Columns.Count);
        _rowGroups.Append(_columns.Written);
        thrift.Int64(2, _groupPlain);
        thrift.Int64(3, rows);
        thrift.Int64(6, _groupStored);
        thrift.EndStruct();
        _columns.Clear();
        _groupPlain = 0;
        _groupStored = 0;
        _rowGroupCount++;
        _rows += rows;
    }

    /// <summary>The whole footer, without its length and the mark behind it.</summary>
    public void Write(GrowingArray<byte> output)
    {
        var thrift = new CompactWriter(output);
        thrift.BeginStruct();
        thrift.Int32(1, FormatVersion);
        SchemaWriter.Write(2, thrift);
        thrift.Int64(3, _rows);
        thrift.BeginList(4, CompactType.Struct, _rowGroupCount);
        output.Append(_rowGroups.Written);
        thrift.BeginList(5, CompactType.Struct, 2);
        WritePair("meridian.content", "readings", thrift);
        WritePair("meridian.schema", ReadingsSchema.Version, thrift);
        thrift.Text(6, CreatedBy);

        // Without this a reader must not trust the least and the greatest of a column.
        thrift.BeginList(7, CompactType.Struct, ReadingsSchema.Columns.Count);
        foreach (var _ in ReadingsSchema.Columns)
        {
            thrift.BeginStruct();
            thrift.EmptyStruct(1);
            thrift.EndStruct();
        }

        thrift.EndStruct();
    }

    public void Dispose()
    {
        _rowGroups.Dispose();
        _columns.Dispose();
    }

    private static void WritePair(string key, string value, CompactWriter thrift)
    {
        thrift.BeginStruct();
        thrift.Text(1, key);
        thrift.Text(2, value);
        thrift.EndStruct();
    }
}
