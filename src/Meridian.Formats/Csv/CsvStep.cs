namespace Meridian.Formats.Csv;

/// <summary>What a <see cref="CsvReader"/> came upon.</summary>
public enum CsvStep
{
    /// <summary>A row, which can be read.</summary>
    Row,

    /// <summary>A row that is none: <see cref="CsvReader.Problem"/> says why. The next may be one.</summary>
    Problem,

    /// <summary>The end.</summary>
    End,
}
