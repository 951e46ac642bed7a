namespace Meridian.Formats.Payloads;

/// <summary>
/// How to read several readings out of one JSON document, as a user states it; <see cref="DocumentDecoder.TryCompile"/>
/// makes it run.
/// </summary>
public sealed record DocumentSpec
{
    /// <summary>
    /// Where the array, or the object, is whose elements are read one by one; null to read the document once. A path
    /// that begins with <c>@</c> then begins at the element, one that begins with <c>$</c> at the document.
    /// </summary>
    /// <value>The default is null.</value>
    public string? EachPath { get; init; }

    /// <summary>How timestamps are written.</summary>
    /// <value>The default is <see cref="TimestampFormat.Iso"/>.</value>
    public TimestampFormat TimestampFormat { get; init; } = TimestampFormat.Iso;

    /// <summary>What is read out of the document or of each element; at least one.</summary>
    public required IReadOnlyList<DocumentReading> Readings { get; init; }
}

/// <summary>One reading of a document, or of each of its elements.</summary>
public sealed record DocumentReading
{
    /// <summary>Where the value is.</summary>
    public required string ValuePath { get; init; }

    /// <summary>Where a name is; null for none, or, of an object's members, for the member's own.</summary>
    /// <value>The default is null.</value>
    public string? NamePath { get; init; }

    /// <summary>Where the timestamp is; null when there is none.</summary>
    /// <value>The default is null.</value>
    public string? TimestampPath { get; init; }

    /// <summary>Where the quality is; null when there is none.</summary>
    /// <value>The default is null.</value>
    public string? QualityPath { get; init; }

    /// <summary>Whether the value may be missing; there is no reading then.</summary>
    /// <value>The default is false.</value>
    public bool IsOptional { get; init; }
}

/// <summary>Takes what a document holds.</summary>
public interface IDocumentReadings
{
    /// <summary>A reading was found.</summary>
    /// <param name="index">Which of <see cref="DocumentSpec.Readings"/>.</param>
    /// <param name="name">Its name; null when none was asked for.</param>
    /// <param name="decoded">What was read.</param>
    void OnReading(int index, string? name, in DecodedPayload decoded);

    /// <summary>The document, or one element of it, is not what the spec says.</summary>
    /// <param name="part">Its bytes; not to be used after the call returns.</param>
    /// <param name="reason">Why, a whole sentence.</param>
    void OnFailed(in System.Buffers.ReadOnlySequence<byte> part, string reason);
}
