using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Connectors.Http.Client;

namespace Meridian.Connectors.Http.South.Paging;

/// <summary>
/// Leads from page to page of one query until a page says that it is the last. Pages that go in a circle, lead to
/// another server or never end are a problem in words: an end that is only guessed would lose what follows. No I/O.
/// </summary>
internal sealed class PageCourse
{
    private readonly HttpPagingSettings _paging;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private string? _last;

    public PageCourse(HttpPagingSettings paging)
    {
        _paging = paging;
        Place = new PagePlace(
            null, paging.Kind is HttpPagingKind.Offset or HttpPagingKind.Page ? Text(StartOf(paging)) : null);
    }

    /// <summary>The page to ask for.</summary>
    public PagePlace Place { get; private set; }

    /// <summary>How many pages were asked for.</summary>
    public int Count { get; private set; }

    /// <summary>Why the pages cannot be followed, a whole sentence; null when they can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether records must be known again.</summary>
    public static bool NeedsHash(HttpPagingSettings paging) =>
        paging.Kind is HttpPagingKind.Offset or HttpPagingKind.Page;

    /// <summary>A page was read.</summary>
    /// <returns>Whether <see cref="Place"/> has another, or there is a <see cref="Problem"/>.</returns>
    public bool MoveOn(in PageEnd page)
    {
        Count++;
        var hasNext = _paging.Kind switch
        {
            HttpPagingKind.Link => FollowLink(page),
            HttpPagingKind.Cursor => FollowCursor(page),
            HttpPagingKind.Offset or HttpPagingKind.Page => GoOn(page),
            _ => false,
        };
        if (hasNext && Problem is null && Count >= _paging.MaxPages)
        {
            Problem = $"The answer goes on after {_paging.MaxPages:N0} pages, the limit of paging.maxPages; raise it, "
                + "or ask for shorter windows with history.maxInterval.";
        }

        return hasNext || Problem is not null;
    }

    private static int StartOf(HttpPagingSettings paging) =>
        paging.Start ?? (paging.Kind == HttpPagingKind.Page ? 1 : 0);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private bool FollowLink(in PageEnd page)
    {
        var said = _paging.LinkPath is null ? LinkHeader.FindNext(page.Links) : page.Pointer;
        if (string.IsNullOrEmpty(said))
        {
            return false;
        }

        if (!Uri.TryCreate(page.Asked, said, out var next) || !IsSameOrigin(page.Asked, next))
        {
            Problem = $"The next page is said to be at '{Shown(said)}', which is not on "
                + $"{page.Asked.GetLeftPart(UriPartial.Authority)}; credentials do not go to another server. Name the "
                + "address that the pages are on in settings.url.";
            return true;
        }

        // A page that names itself as the next is the last.
        return IsNew(page.Asked.AbsoluteUri, next.AbsoluteUri, new PagePlace(next, null));
    }

    private bool FollowCursor(in PageEnd page) =>
        !string.IsNullOrEmpty(page.Pointer)
        && IsNew(Place.Mark ?? string.Empty, page.Pointer, new PagePlace(null, page.Pointer));

    private bool IsNew(string asked, string next, PagePlace place)
    {
        _known.Add(asked);
        if (string.Equals(asked, next, StringComparison.Ordinal))
        {
            return false;
        }

        if (_known.Contains(next))
        {
            Problem = $"The pages go in a circle: page {Text(Count)} leads back to one before it. The server must say "
                + "where they end.";
        }

        Place = place;
        return true;
    }

    private bool GoOn(in PageEnd page)
    {
        if (page.RecordCount == 0 || page.RecordCount < _paging.Size || IsLastAgain(page.Hash))
        {
            return false;
        }

        Place = new PagePlace(
            null,
            Text(StartOf(_paging) + ((long)Count * (_paging.Kind == HttpPagingKind.Page ? 1 : _paging.Size ?? 1))));
        return true;
    }

    /// <summary>
    /// Beyond the end some servers give the last page again. The second page must differ from the first, though: else
    /// the server may not look at the parameter at all, and all but the first page would be missed.
    /// </summary>
    private bool IsLastAgain([NotNullWhen(true)] string? hash)
    {
        var isLast = hash is not null && string.Equals(hash, _last, StringComparison.Ordinal);
        if (isLast && Count == 2)
        {
            Problem = $"Page 2 has the same records as page 1: the server does not look at the parameter "
                + $"'{ParameterOf(_paging)}', or gives its only page again. Check paging.parameter; set paging.size to "
                + "how many records a full page has.";
        }
        else if (!isLast && hash is not null && !_known.Add(hash))
        {
            Problem = $"The pages go in a circle: page {Text(Count)} has the same records as one before it.";
        }

        _last = hash;
        return isLast;
    }

    /// <summary>The name of the parameter that says which page.</summary>
    public static string ParameterOf(HttpPagingSettings paging) => paging.Parameter ?? paging.Kind switch
    {
        HttpPagingKind.Offset => "offset",
        HttpPagingKind.Page => "page",
        _ => "cursor",
    };

    private static bool IsSameOrigin(Uri one, Uri other) =>
        string.Equals(one.Scheme, other.Scheme, StringComparison.Ordinal)
        && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port
        && other.UserInfo.Length == 0;

    private static string Shown(string address)
    {
        var url = Uri.TryCreate(address, UriKind.Absolute, out var absolute) ? HttpAddress.Of(absolute) : address;
        return url.Length > 200 ? url[..200] : url;
    }
}
