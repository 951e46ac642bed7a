using System.Globalization;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>From page to page, and where it ends.</summary>
public sealed class PagingTests
{
    private static readonly HttpItemSettings Past = SouthRig.Past;

    private static HttpItemSettings ByLink => Past with
    {
        Paging = new HttpPagingSettings { Kind = HttpPagingKind.Link },
    };

    private static HttpItemSettings ByCursor => Past with
    {
        Records = "$.data",
        Paging = new HttpPagingSettings { Kind = HttpPagingKind.Cursor, CursorPath = "$.next", Parameter = "after" },
    };

    private static HttpItemSettings ByOffset => Past with
    {
        Paging = new HttpPagingSettings { Kind = HttpPagingKind.Offset, Size = 2 },
    };

    private static HttpItemSettings ByPage => Past with
    {
        Paging = new HttpPagingSettings { Kind = HttpPagingKind.Page },
    };

    [Fact]
    public async Task Link_InTheHeader_IsFollowedToTheEnd()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json(
                SouthRig.Records(0, 1), """Link: </data/first>; rel="first", <?p=2>; title="a, b"; rel=next"""),
            SouthRig.Json(SouthRig.Records(2), $"Link: <{rig.Server.Url}/more?p=3>; rel=\"last NEXT\""),
            SouthRig.Json(SouthRig.Records(3), """Link: </data?p=1>; rel="prev" """));

        Assert.Equal([0, 1, 2, 3], await rig.AskAsync(ByLink));

        Assert.Equal(
            ["/data/history?from=2026-11-21T10%3A00%3A00Z&to=2026-11-21T11%3A00%3A00Z", "/data/history?p=2",
                "/data/more?p=3"],
            rig.Server.Received.Select(static one => one.Target), StringComparer.Ordinal);
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Link_InTheAnswer_IsFollowedAndTheKeyIsNotRepeated()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync(rig.Settings with
        {
            Auth = new HttpAuthSettings
            {
                Type = HttpAuthKind.ApiKey,
                Key = new Secret("k3y"),
                KeyName = "key",
                KeyIn = HttpKeyPlace.Query,
            },
        });
        rig.Server.Next(
            SouthRig.Json($$"""{"data":{{SouthRig.Records(0)}},"links":{"next":"/data/history?key=k3y&p=2"} }"""),
            SouthRig.Json($$"""{"links":{"next":"/data/history?p=3"},"data":{{SouthRig.Records(1)}}}"""),
            SouthRig.Json($$"""{"data":{{SouthRig.Records(2)}},"links":{"next":null} }"""));

        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past with
        {
            Records = "$.data",
            Paging = new HttpPagingSettings { Kind = HttpPagingKind.Link, LinkPath = "$.links.next" },
        }));

        Assert.Equal([0, 1, 2], SouthRig.NumbersOf(pages));
        Assert.Equal(
            ["/data/history?key=k3y&p=2", "/data/history?p=3&key=k3y"],
            rig.Server.Received.Skip(1).Select(static one => one.Target), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/data?p=2")]
    [InlineData("//elsewhere.example/data?p=2")]
    [InlineData("http://127.0.0.1:1/data?p=2")]
    [InlineData("http://user@127.0.0.1/data?p=2")]
    [InlineData("file:///etc/passwd")]
    public async Task Link_ToAnotherServer_IsRefusedInWordsAndCoversNothing(string link)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json(SouthRig.Records(0), $"Link: <{link}>; rel=next"));

        Assert.Empty(await rig.AskAsync(ByLink));

        Assert.Contains("credentials do not go to another server", rig.Context.ItemProblems["item"],
            StringComparison.Ordinal);
        Assert.Single(rig.Server.Received);
    }

    [Fact]
    public async Task Link_ToItself_IsTheEnd()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json(SouthRig.Records(0), "Link: <?p=2>; rel=next"),
            SouthRig.Json(SouthRig.Records(1), "Link: <?p=2>; rel=next"));

        Assert.Equal([0, 1], await rig.AskAsync(ByLink));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Link_InACircle_IsAProblemAndCoversNothing()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json(SouthRig.Records(0), "Link: <?p=2>; rel=next"),
            SouthRig.Json(SouthRig.Records(1), "Link: <?p=3>; rel=next"),
            SouthRig.Json(SouthRig.Records(2), "Link: <?p=2>; rel=next"));

        Assert.Empty(await rig.AskAsync(ByLink));
        Assert.Contains("go in a circle", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"c 2&\"")]
    [InlineData("[]")]
    public async Task Cursor_EndsWhenThereIsNoneOrTheSameAgain(string last)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json($$"""{"next":17,"data":{{SouthRig.Records(0)}}}"""),
            SouthRig.Json($$"""{"data":{{SouthRig.Records(1)}},"next":"c 2&"}"""),
            SouthRig.Json($$"""{"data":{{SouthRig.Records(2)}},"next":{{last}}}"""));

        Assert.Equal([0, 1, 2], await rig.AskAsync(ByCursor));

        Assert.Equal(
            [null, "17", "c 2&"],
            rig.Server.Received.Select(static one => SouthRig.ParameterOf(one, "after")),
            StringComparer.Ordinal);
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Cursor_InTheBody_IsNullAtFirst()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json($$"""{"next":"a\"b","data":{{SouthRig.Records(0)}}}"""),
            SouthRig.Json($$"""{"data":[]}"""));

        var numbers = await rig.AskAsync(ByCursor with
        {
            Method = HttpSouthMethod.Post,
            Query = new Dictionary<string, string>(StringComparer.Ordinal),
            Body = """{"from":"@StartTime","until":"@endtime","after":"@Page"}""",
        });

        Assert.Equal([0], numbers);
        Assert.Equal(
            ["""{"from":"2026-11-21T10:00:00Z","until":"2026-11-21T11:00:00Z","after":null}""",
                """{"from":"2026-11-21T10:00:00Z","until":"2026-11-21T11:00:00Z","after":"a\u0022b"}"""],
            rig.Server.Received.Select(North.NorthRig.TextOf), StringComparer.Ordinal);
        Assert.All(rig.Server.Received, static one => Assert.Equal(
            ("POST", "application/json", "/data/history"), (one.Method, one.Headers["Content-Type"], one.Target)));
    }

    [Fact]
    public async Task Cursor_InACircle_IsAProblem()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            SouthRig.Json("""{"next":"a","data":[]}"""), SouthRig.Json("""{"next":"b","data":[]}"""),
            SouthRig.Json("""{"next":"a","data":[]}"""));

        Assert.Empty(await rig.AskAsync(ByCursor));
        Assert.Contains("go in a circle", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_WithoutEnd_StopsAtTheLimitInWords()
    {
        await using var rig = await SouthRig.NewAsync();
        var count = 0;
        rig.Server.Otherwise = (http, received) =>
            SouthRig.Json($$"""{"next":{{++count}},"data":{{SouthRig.Records(1)}}}""")(http, received);

        Assert.Empty(await rig.AskAsync(ByCursor with { Paging = ByCursor.Paging with { MaxPages = 7 } }));

        Assert.Contains("after 7 pages", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
        Assert.Equal(7, rig.Server.Received.Count);
    }

    [Theory]
    [InlineData(5, "0,2,4")]
    [InlineData(4, "0,2,4")]
    [InlineData(0, "0")]
    public async Task Offset_EndsAtAPageThatIsNotFull(int total, string offsets)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = ByParameter("offset", at => Enumerable.Range(at, Math.Clamp(total - at, 0, 2)));

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(ByOffset));

        Assert.Equal(Enumerable.Range(0, total).Select(static one => (long)one), SouthRig.NumbersOf(pages));
        Assert.Equal(SouthRig.Window, Assert.Single(pages).Covered);
        Assert.Equal(
            offsets, string.Join(',', rig.Server.Received.Select(one => SouthRig.ParameterOf(one, "offset"))));
    }

    [Fact]
    public async Task Page_ServerGivesTheLastTwice_EndsThereAndTakesItOnceMoreForTheEngineToSort()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = ByParameter("page", page => [2 * Math.Min(page, 3), (2 * Math.Min(page, 3)) + 1]);

        var numbers = await rig.AskAsync(ByPage);

        Assert.Equal([2, 3, 4, 5, 6, 7], numbers.Distinct());
        Assert.Equal(
            ["1", "2", "3", "4"],
            rig.Server.Received.Select(static one => SouthRig.ParameterOf(one, "page")),
            StringComparer.Ordinal);
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Theory]
    [InlineData(HttpPagingKind.Page, "page")]
    [InlineData(HttpPagingKind.Offset, "offset")]
    public async Task Numbered_ServerDoesNotLookAtTheParameter_IsAProblemAndCoversNothing(
        HttpPagingKind kind, string parameter)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(0, 1));
        int? size = kind == HttpPagingKind.Offset ? 2 : null;

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(
            Past with { Paging = new HttpPagingSettings { Kind = kind, Size = size } }));

        Assert.Empty(pages);
        Assert.Contains($"'{parameter}'", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_InACircle_IsAProblem()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = ByParameter("page", static page => [page % 3]);

        Assert.Empty(await rig.AskAsync(ByPage));
        Assert.Contains("go in a circle", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfCsv_CountsRowsAndStartsWhereItIsTold()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            Answers.Status(200, "time,value\n2026-11-21T10:00:01Z,1\n2026-11-21T10:00:02Z,2\n"),
            Answers.Status(200, "time,value\n2026-11-21T10:00:03Z,3\n"));

        var numbers = await rig.AskAsync(Past with
        {
            Format = HttpAnswerFormat.Csv,
            Path = "p@Page/history",
            Paging = new HttpPagingSettings { Kind = HttpPagingKind.Page, Start = 0, Size = 2 },
        });

        Assert.Equal([1, 2, 3], numbers);
        Assert.StartsWith("/data/p0/history?from=", rig.Server.Received[0].Target, StringComparison.Ordinal);
        Assert.StartsWith("/data/p1/history?from=", rig.Server.Received[1].Target, StringComparison.Ordinal);
        Assert.Equal("text/csv", rig.Server.Received[0].Headers["Accept"]);
    }

    [Fact]
    public async Task SecondPage_ResetInItsMiddle_CoversNothingAndIsAskedAgainWhole()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync();
        rig.Server.Next(
            SouthRig.Json(SouthRig.Records(0, 1)), Broken(SouthRig.Records(2, 3)),
            SouthRig.Json(SouthRig.Records(0, 1)), SouthRig.Json(SouthRig.Records(2, 3)), SouthRig.Json("[]"));

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(ByOffset));
        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(ByOffset));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Equal([0, 1, 2, 3], SouthRig.NumbersOf(pages));
        Assert.Equal(SouthRig.Window, Assert.Single(pages).Covered);
    }

    [Fact]
    public async Task SecondPage_TokenHasEnded_IsAskedAgainWithANewOne()
    {
        await using var tokens = await WebServer.StartAsync();
        await using var rig = await SouthRig.NewAsync();
        tokens.Next(Answers.Token("first", null), Answers.Token("second", null));
        var south = await rig.ConnectAsync(rig.Settings with
        {
            Probe = HttpProbe.None,
            Auth = new HttpAuthSettings
            {
                Type = HttpAuthKind.ClientCredentials,
                TokenUrl = new Uri(tokens.Url, "/token"),
                ClientId = "gateway",
                ClientSecret = new Secret("s3cret"),
            },
        });
        rig.Server.Next(
            SouthRig.Json(SouthRig.Records(0, 1)), Answers.Status(401, "token expired"),
            SouthRig.Json(SouthRig.Records(2)));

        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(ByOffset));

        Assert.Equal([0, 1, 2], SouthRig.NumbersOf(pages));
        Assert.Equal(
            ["Bearer first", "Bearer first", "Bearer second"],
            rig.Server.Received.Select(static one => one.Headers["Authorization"]), StringComparer.Ordinal);
        Assert.Equal(rig.Server.Received[1].Target, rig.Server.Received[2].Target);
    }

    private static Func<HttpContext, Received, Task> ByParameter(string name, Func<int, IEnumerable<int>> numbers) =>
        (http, received) => SouthRig.Json(SouthRig.Records(numbers(int.Parse(
            SouthRig.ParameterOf(received, name)!, CultureInfo.InvariantCulture))))(http, received);

    /// <summary>Half of an answer, then the connection is reset.</summary>
    private static Func<HttpContext, Received, Task> Broken(string body) => async (http, _) =>
    {
        http.Response.ContentLength = body.Length;
        await http.Response.WriteAsync(body[..(body.Length / 2)]);
        await http.Response.Body.FlushAsync();
        http.Abort();
    };
}
