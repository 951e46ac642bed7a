namespace Meridian.Formats.Parquet.Layout;

/// <summary>The columns of a file of readings; docs/formats/parquet.md draws them.</summary>
internal static class ReadingsSchema
{
    /// <summary>Raised when a column changes its name, its type or its meaning.</summary>
    public const string Version = "1";

    public static ParquetColumn Timestamp { get; } =
        new("timestamp", ParquetType.Int64, ParquetMeaning.TimestampNanoseconds, IsOptional: false);

    public static ParquetColumn Point { get; } =
        new("point", ParquetType.ByteArray, ParquetMeaning.Text, IsOptional: false);

    public static ParquetColumn Value { get; } =
        new("value", ParquetType.Double, ParquetMeaning.None, IsOptional: true);

    public static ParquetColumn Integer { get; } =
        new("integer", ParquetType.Int64, ParquetMeaning.None, IsOptional: true);

    public static ParquetColumn Text { get; } =
        new("text", ParquetType.ByteArray, ParquetMeaning.Text, IsOptional: true);

    public static ParquetColumn Json { get; } =
        new("json", ParquetType.ByteArray, ParquetMeaning.Json, IsOptional: true);

    public static ParquetColumn Bytes { get; } =
        new("bytes", ParquetType.ByteArray, ParquetMeaning.None, IsOptional: true);

    public static ParquetColumn Quality { get; } =
        new("quality", ParquetType.Int32, ParquetMeaning.UInt32, IsOptional: false);

    public static ParquetColumn Kind { get; } =
        new("kind", ParquetType.ByteArray, ParquetMeaning.Text, IsOptional: false);

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<ParquetColumn> Columns { get; } =
        [Timestamp, Point, Value, Integer, Text, Json, Bytes, Quality, Kind];
}
