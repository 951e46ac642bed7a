using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.South;

/// <summary>The settings of one item of the HTTP South: a request, and how its answer becomes readings.</summary>
public sealed record HttpItemSettings
{
    /// <summary>What is asked for.</summary>
    /// <value>history.</value>
    public HttpMode Mode { get; init; } = HttpMode.History;

    /// <summary>The method.</summary>
    /// <value>get.</value>
    public HttpSouthMethod Method { get; init; } = HttpSouthMethod.Get;

    /// <summary>
    /// What follows the South's address. In it, in the query, the headers and the body <c>@StartTime</c> and
    /// <c>@EndTime</c> stand for the window that is asked for, and <c>@Page</c> for the page.
    /// </summary>
    /// <value>Nothing.</value>
    public string Path { get; init; } = string.Empty;

    /// <summary>The parameters of the query, as they are; they are escaped on their way.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Query { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Headers of this request, beside those of the South.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The body.</summary>
    [VisibleWhen(nameof(Method), HttpSouthMethod.Post, HttpSouthMethod.Put)]
    public string? Body { get; init; }

    /// <summary>What the body is.</summary>
    /// <value><c>application/json</c>.</value>
    [VisibleWhen(nameof(Method), HttpSouthMethod.Post, HttpSouthMethod.Put)]
    [Required]
    public string ContentType { get; init; } = "application/json";

    /// <summary>How <c>@StartTime</c> and <c>@EndTime</c> are written.</summary>
    [VisibleWhen(nameof(Mode), HttpMode.History)]
    public TimestampSpec Times { get; init; } = new();

    /// <summary>What the answer is.</summary>
    /// <value>json.</value>
    public HttpAnswerFormat Format { get; init; } = HttpAnswerFormat.Json;

    /// <summary>
    /// Where the records are: a JSON path to an array, whose elements are rows, or to one object.
    /// </summary>
    /// <value><c>$</c>, the answer itself.</value>
    [VisibleWhen(nameof(Format), HttpAnswerFormat.Json)]
    [Required]
    public string Records { get; init; } = "$";

    /// <summary>How the answer is written.</summary>
    [VisibleWhen(nameof(Format), HttpAnswerFormat.Csv)]
    public CsvInputSpec Csv { get; init; } = new();

    /// <summary>Whose time the values of now have.</summary>
    /// <value>answer.</value>
    [VisibleWhen(nameof(Mode), HttpMode.LastPoint)]
    public HttpTimeSource TimeSource { get; init; } = HttpTimeSource.Answer;

    /// <summary>
    /// How rows become readings. A column is a property of a record, a JSON path that begins at the record, such as
    /// <c>$.meta.time</c>, or a number from 1 where records are arrays.
    /// </summary>
    public RowSpec Rows { get; init; } = new();

    /// <summary>How an answer goes on in further ones.</summary>
    public HttpPagingSettings Paging { get; init; } = new();
}

/// <summary>What is asked for.</summary>
public enum HttpMode
{
    /// <summary>The past: what lies in a window of time.</summary>
    History,

    /// <summary>The values of now.</summary>
    LastPoint,
}

/// <summary>The method of a request.</summary>
public enum HttpSouthMethod
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,
}

/// <summary>What an answer is.</summary>
public enum HttpAnswerFormat
{
    /// <summary>A JSON document in UTF-8.</summary>
    Json,

    /// <summary>CSV.</summary>
    Csv,
}

/// <summary>Whose time values have.</summary>
public enum HttpTimeSource
{
    /// <summary>The time that stands in the answer.</summary>
    Answer,

    /// <summary>The gateway's, when the answer came.</summary>
    Arrival,
}
