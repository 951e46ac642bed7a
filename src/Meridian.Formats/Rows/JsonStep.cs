namespace Meridian.Formats.Rows;

/// <summary>What a <see cref="JsonRecordReader"/> came upon.</summary>
public enum JsonStep
{
    /// <summary>A record, which can be read.</summary>
    Record,

    /// <summary>The document is none, or not as it should be: <see cref="JsonRecordReader.Problem"/> says why.
    /// Nothing follows.</summary>
    Problem,

    /// <summary>The end; the document was whole.</summary>
    End,
}
