using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.South;

/// <summary>How an answer goes on in further ones.</summary>
public sealed record HttpPagingSettings
{
    /// <summary>The kind.</summary>
    /// <value>none: an answer is whole.</value>
    public HttpPagingKind Kind { get; init; } = HttpPagingKind.None;

    /// <summary>
    /// Where the next page's address is in the answer, a JSON path; without it the header <c>Link</c> with
    /// <c>rel="next"</c> says it (RFC 8288).
    /// </summary>
    [VisibleWhen(nameof(Kind), HttpPagingKind.Link)]
    public string? LinkPath { get; init; }

    /// <summary>Where the next page's cursor is in the answer, a JSON path. Without one there the pages end.</summary>
    [VisibleWhen(nameof(Kind), HttpPagingKind.Cursor, IsRequired = true)]
    public string? CursorPath { get; init; }

    /// <summary>
    /// The parameter of the query that says which page; where the request has <c>@Page</c> in it, it goes there.
    /// </summary>
    /// <value><c>cursor</c>, <c>offset</c> or <c>page</c>, by the kind.</value>
    [VisibleWhen(nameof(Kind), HttpPagingKind.Cursor, HttpPagingKind.Offset, HttpPagingKind.Page)]
    public string? Parameter { get; init; }

    /// <summary>The first page's offset or number.</summary>
    /// <value>0 for an offset, 1 for a number.</value>
    [VisibleWhen(nameof(Kind), HttpPagingKind.Offset, HttpPagingKind.Page)]
    [Range(0, 1_000_000_000)]
    public int? Start { get; init; }

    /// <summary>
    /// How many records a full page has: a page with fewer is the last. No more than the server gives at once, or what
    /// follows is missed. With page numbers it may be left out; then a page without records is the last.
    /// </summary>
    [VisibleWhen(nameof(Kind), HttpPagingKind.Offset, HttpPagingKind.Page)]
    [Range(1, 1_000_000)]
    [Unit("records")]
    public int? Size { get; init; }

    /// <summary>The most pages of one query; more is a problem of the item.</summary>
    /// <value>1,000.</value>
    [VisibleWhen(
        nameof(Kind), HttpPagingKind.Link, HttpPagingKind.Cursor, HttpPagingKind.Offset, HttpPagingKind.Page)]
    [Range(1, 100_000)]
    [Unit("pages")]
    public int MaxPages { get; init; } = 1_000;
}

/// <summary>How one page leads to the next.</summary>
public enum HttpPagingKind
{
    /// <summary>Not at all: an answer is whole.</summary>
    None,

    /// <summary>By its address.</summary>
    Link,

    /// <summary>By a word that the server gives.</summary>
    Cursor,

    /// <summary>By the count of records before it.</summary>
    Offset,

    /// <summary>By its number.</summary>
    Page,
}
