namespace Meridian.Readings;

/// <summary>How <see cref="ReadingsEncoder"/> writes.</summary>
public sealed class ReadingsEncoderOptions
{
    /// <summary>Whether records are compressed once more, as a whole.</summary>
    /// <value>The default is <see cref="ReadingsCompression.None"/>.</value>
    /// <remarks>A record that compressing does not make shorter is stored as it is.</remarks>
    public ReadingsCompression Compression { get; init; }
}

/// <summary>How a record is compressed after its columns have been packed.</summary>
public enum ReadingsCompression
{
    /// <summary>Not at all: the columns are compact already.</summary>
    None,

    /// <summary>With Brotli, at a fast level: less on disk, for more work at both ends.</summary>
    Brotli,
}
