using Meridian.Formats.Parquet.Thrift;

namespace Meridian.Formats.Parquet.Layout;

/// <summary>The schema as the footer tells it: the root, then its columns (parquet.thrift, SchemaElement).</summary>
internal static class SchemaWriter
{
    private const int Required = 0;
    private const int Optional = 1;

    public static void Write(int field, CompactWriter thrift)
    {
        var columns = ReadingsSchema.Columns;
        thrift.BeginList(field, CompactType.Struct, columns.Count + 1);
        thrift.BeginStruct();
        thrift.Text(4, "readings");
        thrift.Int32(5, columns.Count);
        thrift.EndStruct();
        foreach (var column in columns)
        {
            thrift.BeginStruct();
            thrift.Int32(1, (int)column.Type);
            thrift.Int32(3, column.IsOptional ? Optional : Required);
            thrift.Text(4, column.Name);
            WriteMeaning(column.Meaning, thrift);
            thrift.EndStruct();
        }
    }

    /// <summary>The logical type, and where there is one the older converted type (LogicalTypes.md).</summary>
    private static void WriteMeaning(ParquetMeaning meaning, CompactWriter thrift)
    {
        const int ConvertedType = 6;
        const int LogicalType = 10;
        switch (meaning)
        {
            case ParquetMeaning.Text:
                thrift.Int32(ConvertedType, 0);
                thrift.BeginStruct(LogicalType);
                thrift.EmptyStruct(1);
                thrift.EndStruct();
                break;
            case ParquetMeaning.Json:
                thrift.Int32(ConvertedType, 19);
                thrift.BeginStruct(LogicalType);
                thrift.EmptyStruct(12);
                thrift.EndStruct();
                break;
            case ParquetMeaning.UInt32:
                thrift.Int32(ConvertedType, 13);
                thrift.BeginStruct(LogicalType);
                thrift.BeginStruct(10);
                thrift.Byte(1, 32);
                thrift.Boolean(2, value: false);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            case ParquetMeaning.TimestampNanoseconds:
                thrift.BeginStruct(LogicalType);
                thrift.BeginStruct(8);
                thrift.Boolean(1, value: true);
                thrift.BeginStruct(2);
                thrift.EmptyStruct(3);
                thrift.EndStruct();
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            default:
                break;
        }
    }
}
