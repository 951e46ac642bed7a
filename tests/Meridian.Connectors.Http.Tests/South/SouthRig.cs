using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Web;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>An HTTP South and a server that misbehaves.</summary>
internal sealed class SouthRig(WebServer server, TimeProvider? time = null) : IAsyncDisposable
{
    public static readonly HistoryWindow Window = new(
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero));

    private readonly List<HttpSouth> _souths = [];

    public WebServer Server { get; } = server;

    public TestSouthContext Context { get; } =
        new(time is null ? null : new TestContextOptions { Time = time });

    public HttpSouthSettings Settings { get; } = SettingsOf(server.Url);

    /// <summary>Asks for the past of a window; an item with nothing special about it.</summary>
    public static HttpItemSettings Past { get; } = new()
    {
        Path = "history",
        Query = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["from"] = "@StartTime",
            ["to"] = "@EndTime",
        },
    };

    /// <summary>Asks for the values of now.</summary>
    public static HttpItemSettings Now { get; } = new()
    {
        Mode = HttpMode.LastPoint,
        Path = "now",
        TimeSource = HttpTimeSource.Arrival,
        Rows = new RowSpec { Layout = RowLayout.Wide },
    };

    public static CancellationToken None => CancellationToken.None;

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The rig owns the server.")]
    public static async Task<SouthRig> NewAsync(TimeProvider? time = null) =>
        new(await WebServer.StartAsync(), time);

    public static HttpSouthSettings SettingsOf(Uri url) => new()
    {
        Url = url,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AnswerTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Limits that a test can wait for.</summary>
    public static HttpSouthSettings Hurried(HttpSouthSettings settings) => settings with
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        AnswerTimeout = TimeSpan.FromMilliseconds(300),
    };

    public static Item ItemOf(HttpItemSettings settings, string name = "item") => new(name, settings);

    /// <summary>One record per number, a second apart from the window's beginning.</summary>
    public static string Records(params IEnumerable<int> numbers) => $"[{string.Join(',', numbers.Select(Record))}]";

    public static string Record(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"time":"{{Window.Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ}}","value":{{number}}}""");

    public static Func<HttpContext, Received, Task> Json(string body, params string[] headers) =>
        Answers.Status(200, body, ["Content-Type: application/json", .. headers]);

    /// <summary>The parameter of a request's query.</summary>
    public static string? ParameterOf(Received received, string name) =>
        HttpUtility.ParseQueryString(new Uri("http://x" + received.Target).Query)[name];

    public HttpSouth Make(HttpSouthSettings? settings = null, HttpSouthLimits? limits = null)
    {
        var south = new HttpSouth(Context, settings ?? Settings, limits);
        _souths.Add(south);
        return south;
    }

    public async Task<HttpSouth> ConnectAsync(HttpSouthSettings? settings = null, HttpSouthLimits? limits = null)
    {
        var south = Make(settings, limits);
        await south.ConnectAsync(None);
        return south;
    }

    /// <summary>The pages of a query, their readings copied.</summary>
    public static async Task<List<HistoryPage>> PagesAsync(
        HttpSouth south, HistoryWindow window, params IReadOnlyList<Item> items)
    {
        var pages = new List<HistoryPage>();
        await foreach (var page in south.QueryHistoryAsync(items, window, None))
        {
            pages.Add(page with { Readings = page.Readings.ToArray() });
        }

        return pages;
    }

    /// <summary>The numbers of a query for one item.</summary>
    public async Task<IReadOnlyList<long>> AskAsync(HttpItemSettings item) =>
        NumbersOf(await PagesAsync(_souths.Count > 0 ? _souths[^1] : await ConnectAsync(), Window, ItemOf(item)));

    public static IReadOnlyList<long> NumbersOf(IEnumerable<HistoryPage> pages) =>
        [.. ReadingsOf(pages).Select(static one => one.Value.AsInt64())];

    public static IReadOnlyList<Reading> ReadingsOf(IEnumerable<HistoryPage> pages) =>
        [.. pages.SelectMany(static page => page.Readings.ToArray())];

    public static Task<ConnectorException> FaultAsync(HttpSouth south, params IReadOnlyList<Item> items) =>
        Assert.ThrowsAsync<ConnectorException>(() => PagesAsync(south, Window, items));

    public async ValueTask DisposeAsync()
    {
        foreach (var south in _souths)
        {
            await south.DisconnectAsync(None);
        }

        Assert.Empty(Context.Mistakes);
        await Context.DisposeAsync();
        await Server.DisposeAsync();
    }
}
