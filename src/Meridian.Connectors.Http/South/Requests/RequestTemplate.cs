using System.Text;
using System.Text.Json;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Paging;
using Meridian.Formats.Times;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South.Requests;

/// <summary>Makes an item's requests: its texts with the window and the page in them. Immutable; any thread.</summary>
internal sealed class RequestTemplate
{
    /// <summary>What stands for the page in a text.</summary>
    public const string PageVariable = "@Page";

    private readonly HttpItemSettings _item;
    private readonly TimestampCodec _times;
    private readonly string _base;
    private readonly string? _parameter;
    private readonly bool _isJson;

    /// <summary>A request below an address.</summary>
    public RequestTemplate(Uri baseUrl, HttpItemSettings item, TimestampCodec times)
    {
        _item = item;
        _times = times;
        _base = Join(baseUrl, item.Path);
        _parameter = item.Paging.Kind is HttpPagingKind.None or HttpPagingKind.Link
            || TextsOf(item).Any(static text => text.Contains(PageVariable, StringComparison.OrdinalIgnoreCase))
                ? null
                : PageCourse.ParameterOf(item.Paging);
        _isJson = item.ContentType.Contains("json", StringComparison.OrdinalIgnoreCase);
        Method = MethodOf(item.Method);
    }

    public HttpMethod Method { get; }

    /// <summary>All texts that may have variables.</summary>
    public static IEnumerable<string> TextsOf(HttpItemSettings item) =>
        [item.Path, .. item.Query.Values, .. item.Headers.Values, item.Body ?? string.Empty];

    /// <summary>The address of a page.</summary>
    public Uri UrlOf(HistoryWindow window, PagePlace page)
    {
        if (page.Link is not null)
        {
            return page.Link;
        }

        var asked = Spread(window);
        var url = new StringBuilder(Fill(_base, asked, page.Mark, Uri.EscapeDataString));
        var separator = _base.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in _item.Query)
        {
            Add(url, ref separator, name, Fill(value, asked, page.Mark, static text => text));
        }

        if (_parameter is not null && page.Mark is not null)
        {
            Add(url, ref separator, _parameter, page.Mark);
        }

        return new Uri(url.ToString());
    }

    /// <summary>The request of a page, made anew for each try.</summary>
    public HttpRequestMessage Make(Uri url, HistoryWindow window, PagePlace page, Action onPart)
    {
        var asked = Spread(window);
        var request = new HttpRequestMessage(Method, url);
        request.Headers.Accept.ParseAdd(_item.Format == HttpAnswerFormat.Csv ? "text/csv" : "application/json");
        if (_item.Body is { } body && Method != HttpMethod.Get)
        {
            var text = body;
            if (_isJson && page.Mark is null)
            {
                // No cursor yet is null, where one would stand in quotes.
                text = text.Replace($"\"{PageVariable}\"", "null", StringComparison.OrdinalIgnoreCase);
            }

            text = Fill(text, asked, page.Mark, _isJson ? EscapeJson : static mark => mark);
            request.Content = SentContent.Of(Encoding.UTF8.GetBytes(text), _item.ContentType, onPart);
        }

        foreach (var (name, value) in _item.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, Fill(value, asked, page.Mark, static text => text));
        }

        return request;
    }

    private static HttpMethod MethodOf(HttpSouthMethod method) => method switch
    {
        HttpSouthMethod.Post => HttpMethod.Post,
        HttpSouthMethod.Put => HttpMethod.Put,
        _ => HttpMethod.Get,
    };

    private static string Join(Uri baseUrl, string path)
    {
        var address = baseUrl.GetLeftPart(UriPartial.Path);
        var joined = path.Length == 0 || path[0] == '?'
            ? address + path
            : $"{address.TrimEnd('/')}/{path.TrimStart('/')}";
        return baseUrl.Query.Length <= 1 ? joined
            : joined.Contains('?', StringComparison.Ordinal) ? $"{joined}&{baseUrl.Query[1..]}"
            : joined + baseUrl.Query;
    }

    private static void Add(StringBuilder url, ref char separator, string name, string value)
    {
        url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        separator = '&';
    }

    private static string EscapeJson(string text) => JsonEncodedText.Encode(text).ToString();

    private string Fill(string text, HistoryWindow window, string? mark, Func<string, string> encode) =>
        TimeVariables.Fill(text, window, _times, encode)
            .Replace(PageVariable, encode(mark ?? string.Empty), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Near a change of the clock a local time may be understood as either of two instants; so more is asked for, and
    /// what lies outside the window is let go.
    /// </summary>
    private HistoryWindow Spread(HistoryWindow window)
    {
        if (_item.Times.Format != TimeFormat.Custom)
        {
            return window;
        }

        var (from, to) = _times.LocalBounds(window);
        var extra = to - from - (window.End - window.Start);
        return new HistoryWindow(
            window.Start.UtcTicks > extra.Ticks ? window.Start - extra : window.Start,
            DateTimeOffset.MaxValue - window.End > extra ? window.End + extra : window.End);
    }
}
