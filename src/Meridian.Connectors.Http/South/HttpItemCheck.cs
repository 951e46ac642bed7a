using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.South;

/// <summary>What attributes cannot say about an item's request and its pages.</summary>
internal static class HttpItemCheck
{
    /// <summary>Every problem, with paths from the item's settings on.</summary>
    public static IEnumerable<SettingsProblem> Find(HttpItemSettings item) =>
        FindInPath(item)
            .Concat(HttpClientCheck.FindInHeaders("headers", item.Headers))
            .Concat(FindInVariables(item))
            .Concat(FindInPaging(item));

    private static IEnumerable<SettingsProblem> FindInPath(HttpItemSettings item)
    {
        if (item.Path.Contains("://", StringComparison.Ordinal) && item.Path.IndexOf(':', StringComparison.Ordinal)
            < item.Path.IndexOfAny(['/', '?']))
        {
            yield return new SettingsProblem(
                "path", $"The path '{item.Path.Split('?')[0]}' is an address of its own; write what follows settings.url.");
        }

        if (item.Path.Contains('#', StringComparison.Ordinal))
        {
            yield return new SettingsProblem("path", "What follows # is not sent to a server; leave it out.");
        }

        if (!item.ContentType.Contains('/', StringComparison.Ordinal) || !HttpHeaders.IsValue(item.ContentType))
        {
            yield return new SettingsProblem(
                "contentType", $"'{item.ContentType}' is no media type; write it like application/json.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInVariables(HttpItemSettings item)
    {
        var texts = RequestTemplate.TextsOf(item).ToArray();
        var hasStart = texts.Any(static text => TimeVariables.Has(text, TimeVariables.Start));
        var hasEnd = texts.Any(static text => TimeVariables.Has(text, TimeVariables.End));
        if (item.Mode == HttpMode.History && !hasStart)
        {
            yield return new SettingsProblem(
                "path",
                "A request for the past has no @StartTime in path, query, headers or body, and would ask for the same "
                + "again and again; put @StartTime and @EndTime where the server wants them.");
        }

        if (item.Mode == HttpMode.LastPoint && (hasStart || hasEnd))
        {
            yield return new SettingsProblem(
                "mode", "The values of now have no @StartTime and @EndTime; leave them out, or set mode to history.");
        }

        var hasPage = texts.Any(
            static text => text.Contains(RequestTemplate.PageVariable, StringComparison.OrdinalIgnoreCase));
        if (hasPage && item.Paging.Kind is HttpPagingKind.None or HttpPagingKind.Link)
        {
            yield return new SettingsProblem(
                "paging.kind", "@Page needs pages by cursor, offset or page; set paging.kind to one of them.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInPaging(HttpItemSettings item)
    {
        var isCsv = item.Format == HttpAnswerFormat.Csv;
        if (isCsv && (item.Paging.Kind == HttpPagingKind.Cursor || item.Paging.LinkPath is not null))
        {
            yield return new SettingsProblem(
                "paging.kind",
                "CSV has no place for a cursor or an address; use the header Link, an offset or a page number.");
        }

        if (item.Paging is { Kind: HttpPagingKind.Offset, Size: null })
        {
            yield return new SettingsProblem(
                "paging.size", "Pages by offset need the number of records of a full page; set paging.size.");
        }
    }
}
