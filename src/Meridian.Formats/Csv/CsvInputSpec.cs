namespace Meridian.Formats.Csv;

/// <summary>How a CSV file is written, as a user states it; <see cref="CsvReader"/> reads it.</summary>
public sealed record CsvInputSpec
{
    /// <summary>What stands between fields: a comma, a semicolon, a tab or a bar.</summary>
    /// <value>The default is a comma.</value>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether the first line names the columns; without it they are numbers from 1.</summary>
    /// <value>The default is true.</value>
    public bool HasHeader { get; init; } = true;

    /// <summary>The characters' encoding; a byte order mark at the beginning has the last word.</summary>
    /// <value>The default is <see cref="CsvEncoding.Utf8"/>.</value>
    public CsvEncoding Encoding { get; init; } = CsvEncoding.Utf8;
}

/// <summary>How characters are bytes.</summary>
public enum CsvEncoding
{
    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16, little-endian unless a byte order mark says otherwise.</summary>
    Utf16,

    /// <summary>ISO 8859-1, one byte each.</summary>
    Latin1,
}
