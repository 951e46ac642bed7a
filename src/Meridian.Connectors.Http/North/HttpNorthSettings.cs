using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.North;

/// <summary>The settings of the HTTP North. <c>url</c> is where readings are sent to.</summary>
public sealed record HttpNorthSettings : HttpClientSettings
{
    /// <summary>How the gateway proves who it is.</summary>
    /// <value>Not at all.</value>
    [Group("Security")]
    public HttpAuthSettings? Auth { get; init; }

    /// <summary>The method for readings.</summary>
    /// <value>post.</value>
    public HttpNorthMethod Method { get; init; } = HttpNorthMethod.Post;

    /// <summary>What the body is.</summary>
    /// <value>json.</value>
    public HttpNorthFormat Format { get; init; } = HttpNorthFormat.Json;

    /// <summary>Whether bodies of readings are packed with gzip; the server must be able to unpack them.</summary>
    /// <value>none.</value>
    public HttpCompression Compression { get; init; } = HttpCompression.None;

    /// <summary>
    /// The header by which the server recognises what it has already. A server that does not look at it stores again
    /// what comes again after a fault.
    /// </summary>
    /// <value><c>Idempotency-Key</c>.</value>
    [Required]
    public string IdempotencyHeader { get; init; } = "Idempotency-Key";

    /// <summary>
    /// The most bytes of one body, before it is packed. A batch that is larger goes in several requests, each with a
    /// key of its own; <c>batch.maxBytes</c> and <c>batch.maxReadings</c> keep batches below it. A reading that is
    /// larger by itself goes to quarantine. Do not change it while the server is away.
    /// </summary>
    /// <value>8 MiB.</value>
    [Range(typeof(ByteSize), "1 KiB", "256 MiB")]
    public ByteSize MaxBodySize { get; init; } = new(8 * 1024 * 1024);

    /// <summary>What is asked when the connection is made, to see whether the server is there.</summary>
    /// <value>head.</value>
    [Group("Requests")]
    public HttpProbe Probe { get; init; } = HttpProbe.Head;

    /// <summary>Where files are sent to; <c>{name}</c> stands for the file's name.</summary>
    /// <value>The same as for readings.</value>
    [Group("Files")]
    [Title("File URL")]
    [SuppressMessage("Design", "CA1056:URI-like properties should not be strings", Justification = "A template.")]
    public string? FileUrl { get; init; }

    /// <summary>The method for files.</summary>
    /// <value>post.</value>
    [Group("Files")]
    public HttpNorthMethod FileMethod { get; init; } = HttpNorthMethod.Post;

    /// <summary>How a file is sent.</summary>
    /// <value>body: its bytes alone.</value>
    [Group("Files")]
    public HttpFileUpload FileUpload { get; init; } = HttpFileUpload.Body;

    /// <summary>The name of the form's field that holds the file.</summary>
    /// <value><c>file</c>.</value>
    [Group("Files")]
    [VisibleWhen(nameof(FileUpload), HttpFileUpload.Form)]
    [Required]
    public string FormField { get; init; } = "file";

    /// <summary>A header with the file's name, percent-encoded (RFC 3986 §2.1); leave it out for none.</summary>
    [Group("Files")]
    public string? FileNameHeader { get; init; }

    /// <summary>Status codes that mean delivered, beside 200 to 299.</summary>
    /// <value>None.</value>
    [Group("Answers")]
    public IReadOnlyList<int> DeliveredCodes { get; init; } = [];

    /// <summary>Status codes that mean "not now", beside 408, 409, 425, 429 and 500 to 599.</summary>
    /// <value>None.</value>
    [Group("Answers")]
    public IReadOnlyList<int> RetryCodes { get; init; } = [];

    /// <summary>
    /// Status codes that mean "never", beside those of 400 to 499 that mean nothing else. The engine sends smaller
    /// batches until the offending reading is alone, and puts that into quarantine.
    /// </summary>
    /// <value>None.</value>
    [Group("Answers")]
    public IReadOnlyList<int> RejectedCodes { get; init; } = [];

    /// <summary>The longest wait that a server may ask for with <c>Retry-After</c>.</summary>
    /// <value>10 min.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    [Group("Answers")]
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>The method of a request.</summary>
public enum HttpNorthMethod
{
    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,
}

/// <summary>What the body of readings is.</summary>
public enum HttpNorthFormat
{
    /// <summary>An array of objects with point, timestamp, value and quality (<c>application/json</c>).</summary>
    Json,

    /// <summary>One such object per line (<c>application/x-ndjson</c>).</summary>
    Ndjson,

    /// <summary>A table with a header: timestamp, point, value, quality (<c>text/csv</c>).</summary>
    Csv,
}

/// <summary>How a body is packed.</summary>
public enum HttpCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With gzip (RFC 1952), told by <c>Content-Encoding</c>.</summary>
    Gzip,
}

/// <summary>How a file is sent.</summary>
public enum HttpFileUpload
{
    /// <summary>Its bytes are the body (<c>application/octet-stream</c>).</summary>
    Body,

    /// <summary>It is a field of a form (<c>multipart/form-data</c>, RFC 7578).</summary>
    Form,
}
