using Meridian.Connectors.Http.South.Answers;
using Meridian.Formats.Csv;
using Meridian.Formats.Payloads;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South.Requests;

/// <summary>Compiles items, and remembers them from call to call. One thread at a time.</summary>
internal sealed class HttpQueries(Uri baseUrl, string south)
{
    private const int MaxRemembered = 10_000;

    private readonly Dictionary<string, HttpQuery> _known = new(StringComparer.Ordinal);

    /// <summary>The items by what they ask, those of one request together, in their order.</summary>
    public IEnumerable<IReadOnlyList<HttpQuery>> Group(IReadOnlyList<Item> items) => items
        .Select(Require)
        .GroupBy(static query => query.Question.Shape, StringComparer.Ordinal)
        .Select(static group => (IReadOnlyList<HttpQuery>)[.. group]);

    /// <summary>Compiles an item.</summary>
    /// <returns>The query, or what is wrong with the item, with paths from its settings on.</returns>
    public static (HttpQuery? Query, IReadOnlyList<SettingsProblem> Problems) TryCompile(
        Uri baseUrl, Item item, string south)
    {
        var settings = (HttpItemSettings)item.Settings;
        var found = new List<SettingsProblem>();
        var records = PathOf("records", settings.Format == HttpAnswerFormat.Json ? settings.Records : "$", found);
        var pointer = settings.Paging.Kind switch
        {
            HttpPagingKind.Link when settings.Paging.LinkPath is { } path => PathOf("paging.linkPath", path, found),
            HttpPagingKind.Cursor => PathOf("paging.cursorPath", settings.Paging.CursorPath, found),
            _ => null,
        };
        if (!TimestampCodec.TryCompile(settings.Times, out var times, out var timeProblems))
        {
            found.AddRange(timeProblems.Select(static one => one with { Path = "times." + one.Path }));
        }

        if (settings.Format == HttpAnswerFormat.Csv && CsvReader.FindProblem(settings.Csv) is { } problem)
        {
            found.Add(new SettingsProblem("csv.delimiter", problem));
        }

        var rows = IsTimedOnArrival(settings)
            ? settings.Rows with { TimeColumn = ArrivedCells.TimeColumn, Time = new TimestampSpec() }
            : settings.Rows;
        var deep = DeepColumnsOf(settings, rows, found);
        if (!RowDecoder.TryCompile(rows, item.Name, south, out var decoder, out var rowProblems))
        {
            found.AddRange(rowProblems.Select(static one => one with { Path = "rows." + one.Path }));
        }

        found.AddRange(HttpItemCheck.Find(settings));
        if (found.Count > 0 || records is null || times is null || decoder is null)
        {
            return (null, found);
        }

        return (
            new HttpQuery(
                item,
                new HttpQuestion
                {
                    Settings = settings,
                    Request = new RequestTemplate(baseUrl, settings, times),
                    Records = records,
                    Pointer = pointer,
                    DeepColumns = deep,
                    Shape = HttpQuestion.ShapeOf(settings, deep),
                    HasEnd = RequestTemplate.TextsOf(settings).Any(
                        static text => TimeVariables.Has(text, TimeVariables.End)),
                },
                decoder)
            {
                Settings = settings with { Rows = rows },
            },
            found);
    }

    /// <summary>Whether values have the gateway's time.</summary>
    public static bool IsTimedOnArrival(HttpItemSettings settings) =>
        settings is { Mode: HttpMode.LastPoint, TimeSource: HttpTimeSource.Arrival };

    private static JsonPath? PathOf(string path, string? text, List<SettingsProblem> found)
    {
        if (!JsonPath.TryCompile(text, out var compiled, out var problem))
        {
            found.Add(new SettingsProblem(path, problem));
        }

        return compiled;
    }

    /// <summary>The columns that are paths.</summary>
    private static List<JsonPath> DeepColumnsOf(HttpItemSettings settings, RowSpec rows, List<SettingsProblem> found)
    {
        var deep = new List<JsonPath>();
        if (settings.Format != HttpAnswerFormat.Json)
        {
            return deep;
        }

        (string Path, string? Column)[] all = rows.Layout == RowLayout.Wide
            ? [("rows.timeColumn", rows.TimeColumn),
                .. rows.Columns.Select(static (one, index) => ($"rows.columns[{index}].column", (string?)one.Column))]
            : [("rows.timeColumn", rows.TimeColumn), ("rows.pointColumn", rows.PointColumn),
                ("rows.valueColumn", rows.ValueColumn), ("rows.qualityColumn", rows.QualityColumn)];
        foreach (var (path, column) in all)
        {
            if (column?.StartsWith('$') == true && PathOf(path, column, found) is { } compiled)
            {
                deep.Add(compiled);
            }
        }

        return deep;
    }

    private HttpQuery Require(Item item)
    {
        if (_known.TryGetValue(item.Name, out var known) && known.Item.Equals(item))
        {
            return known;
        }

        var (query, problems) = TryCompile(baseUrl, item, south);
        if (query is null)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                $"Item '{item.Name}': {string.Join(' ', problems.Select(static problem => problem.Message))}");
        }

        if (_known.Count >= MaxRemembered)
        {
            _known.Clear();
        }

        _known[item.Name] = query;
        return query;
    }
}
