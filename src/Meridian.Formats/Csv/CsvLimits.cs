namespace Meridian.Formats.Csv;

/// <summary>What a <see cref="CsvReader"/> holds at most.</summary>
public sealed record CsvLimits
{
    /// <summary>The longest field in characters.</summary>
    /// <value>The default is 1,048,576.</value>
    public int MaxFieldLength { get; init; } = 1_048_576;

    /// <summary>The longest row in characters, all its fields together.</summary>
    /// <value>The default is 4,194,304.</value>
    public int MaxRowLength { get; init; } = 4_194_304;

    /// <summary>The most fields of a row.</summary>
    /// <value>The default is 16,384.</value>
    public int MaxFields { get; init; } = 16_384;

    /// <summary>How much is read at once, in bytes; at least 16.</summary>
    /// <value>The default is 65,536.</value>
    public int BufferBytes { get; init; } = 65_536;
}
