namespace Meridian.Formats.Parquet.Layout;

/// <summary>A column of the schema: a leaf directly under the root.</summary>
/// <param name="Name">Its name, which is also its path.</param>
/// <param name="Type">How its values are stored.</param>
/// <param name="Meaning">What they are.</param>
/// <param name="IsOptional">Whether a row may have none; it has a definition level of 0 or 1 then.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, ParquetMeaning Meaning, bool IsOptional);

/// <summary>parquet.thrift, Type.</summary>
internal enum ParquetType
{
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
}

/// <summary>The logical types in use (LogicalTypes.md).</summary>
internal enum ParquetMeaning
{
    None,
    Text,
    Json,
    TimestampNanoseconds,
    UInt32,
}

/// <summary>parquet.thrift, Encoding.</summary>
internal enum ParquetEncoding
{
    Plain = 0,
    Rle = 3,
    DeltaBinaryPacked = 5,
    RleDictionary = 8,
}
