using System.Text;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Testing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>Answers that are none, and statuses: what they say, and that nothing is covered by them.</summary>
public sealed class HttpSouthAnswersTests
{
    private static readonly HttpItemSettings Past = SouthRig.Past;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("<!DOCTYPE html><html>Sign in</html>", "text/html")]
    [InlineData("[{\"time\":1", "not JSON")]
    [InlineData("[] []", "not JSON")]
    [InlineData("{\"error\":\"no such tag\"}", "There is no column 'time'")]
    [InlineData("\"no data\"", "An array or an object of records was expected at $")]
    [InlineData("", "not JSON")]
    public async Task Answer_IsNoneThatCanBeRead_IsAProblemOfItsItemAndTheOthersGoOn(string body, string words)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(
            Answers.Status(200, body, $"Content-Type: {(body.StartsWith('<') ? "text/html" : "application/json")}"),
            SouthRig.Json(SouthRig.Records(1)));

        var pages = await SouthRig.PagesAsync(
            await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past, "bad"),
            SouthRig.ItemOf(Past with { Path = "good" }, "good"));

        Assert.Equal("good", Assert.Single(pages).Item.Name);
        Assert.Contains(words, rig.Context.ItemProblems["bad"], StringComparison.Ordinal);
        Assert.Equal(["bad"], rig.Context.ItemProblems.Keys, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>Sign in</html>")]
    [InlineData("<!DOCTYPE html>\n<html>\nSign in\n</html>")]
    public async Task Answer_HtmlInPlaceOfCsv_IsNoEmptyAnswer(string body)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(200, body));

        Assert.Empty(await rig.AskAsync(Past with { Format = HttpAnswerFormat.Csv }));
        Assert.Contains("There is no column 'time'", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "how times are written")]
    [InlineData(403, "no right to it")]
    [InlineData(404, "check the item's path")]
    [InlineData(405, "check the item's method")]
    [InlineData(302, "http://elsewhere.example/x)")]
    [InlineData(304, "is no answer")]
    public async Task Status_OfTheRequest_IsAProblemOfItsItemAndNotAskedAgainAtOnce(int status, string words)
    {
        var time = new ManualTimeProvider();
        await using var rig = await SouthRig.NewAsync(time);
        rig.Server.Next(Answers.Status(status, "", "Location: http://elsewhere.example/x?k=hidden"));
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(1));
        var south = await rig.ConnectAsync();

        var first = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));
        var problem = rig.Context.ItemProblems["item"];
        var second = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));
        time.Advance(TimeSpan.FromSeconds(6));
        var third = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", problem, StringComparison.Ordinal);
        Assert.Empty(first);
        Assert.Empty(second);
        Assert.Equal([1], SouthRig.NumbersOf(third));
        Assert.Equal(2, rig.Server.Received.Count);
    }

    [Fact]
    public async Task Status_500OfOneItem_LetsTheOthersBeAskedAndThenEndsTheConnection()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(500, "boom"), SouthRig.Json(SouthRig.Records(1)));
        var south = await rig.ConnectAsync();
        var pages = new List<string>();

        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
        {
            await foreach (var page in south.QueryHistoryAsync(
                [SouthRig.ItemOf(Past, "bad"), SouthRig.ItemOf(Past with { Path = "good" }, "good")],
                SouthRig.Window, None))
            {
                pages.Add(page.Item.Name);
            }
        });

        Assert.Equal(["good"], pages);
        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("500 Internal Server Error: boom.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task RetryAfter_WithinTheLimit_IsObeyedWithinTheQuery(int status)
    {
        var time = new ManualTimeProvider();
        await using var rig = await SouthRig.NewAsync(time);
        var south = await rig.ConnectAsync();
        rig.Server.Next(
            SouthRig.Json(SouthRig.Records(0), "Link: <?p=2>; rel=next"), Answers.Status(status, "", "Retry-After: 20"),
            SouthRig.Json(SouthRig.Records(1)));

        var asking = SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(
            Past with { Paging = new HttpPagingSettings { Kind = HttpPagingKind.Link } }));
        await Deadline.UntilAsync(
            () => Task.FromResult(rig.Server.Received.Count == 2 && rig.Context.TimerCount == 1), "it waits");
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(2, rig.Server.Received.Count);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([0, 1], SouthRig.NumbersOf(await asking.WaitAsync(Deadline.Default, TimeProvider.System)));
    }

    [Fact]
    public async Task RetryAfter_BeyondTheLimit_IsAFaultThatMayPass()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(429, "", "Retry-After: 61"));

        var fault = await SouthRig.FaultAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("asks to wait 61 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_NoSecondsAgainAndAgain_EndsInAFault()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = Answers.Status(503, "", "Retry-After: 0");

        var fault = await SouthRig.FaultAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Past));

        Assert.True(fault.IsTransient);
        Assert.Equal(10, rig.Server.Received.Count);
    }

    [Fact]
    public async Task Answer_PackedBomb_EndsAtTheLimitWithFewRequests()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = Answers.Bomb(200);

        Assert.Empty(await rig.AskAsync(Past));
        Assert.Contains("not JSON", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
        Assert.InRange(rig.Server.Received.Count, 1, 30);
    }

    [Fact]
    public async Task Answer_PackedWrongly_IsMalformed()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json("this is no gzip", "Content-Encoding: gzip"));

        var fault = await SouthRig.FaultAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("cannot be unpacked", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_TrickleWithoutEnd_EndsByTime()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync(SouthRig.Hurried(rig.Settings));
        rig.Server.Next(Trickle());

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("settings.answerTimeout", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>One blank after the other, for as long as the client listens.</summary>
    private static Func<HttpContext, Received, Task> Trickle() => static async (http, _) =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (await timer.WaitForNextTickAsync(http.RequestAborted))
        {
            await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(" "), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    };
}
