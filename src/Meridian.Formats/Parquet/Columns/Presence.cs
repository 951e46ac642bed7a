namespace Meridian.Formats.Parquet.Columns;

/// <summary>Which of the optional columns have a value in a row.</summary>
[Flags]
internal enum Presence : byte
{
    None = 0,
    Value = 1,
    Integer = 2,
    Text = 4,
    Json = 8,
    Bytes = 16,
}
