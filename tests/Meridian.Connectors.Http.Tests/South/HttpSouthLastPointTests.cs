using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>The values of now.</summary>
public sealed class HttpSouthLastPointTests
{
    private static readonly HttpItemSettings Now = SouthRig.Now;

    [Fact]
    public async Task Query_OneObject_GivesItsValuesWithTheTimeOfArrival()
    {
        var time = new ManualTimeProvider();
        await using var rig = await SouthRig.NewAsync(time);
        rig.Server.Next(SouthRig.Json("""{"temperature":21.5,"door":{"open":true},"at":"x","none":null}"""));

        var readings = await AskAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Now, "room"));

        Assert.Equal(
            [
                new Reading("room/temperature", time.GetUtcNow(), ReadingValue.From(21.5)),
                new Reading("room/door", time.GetUtcNow(), ReadingValue.FromJson("""{"open":true}""")),
                new Reading("room/at", time.GetUtcNow(), ReadingValue.From("x")),
            ],
            readings);
        Assert.Equal("/data/now", Assert.Single(rig.Server.Received).Target);
    }

    [Fact]
    public async Task Query_TimeOfTheAnswer_IsTaken()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json("""{"devices":[["a",1795255200,1],["b",1795255201,2]]}"""));

        var readings = await AskAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Now with
        {
            TimeSource = HttpTimeSource.Answer,
            Records = "$.devices",
            Rows = new RowSpec
            {
                PointColumn = "1",
                TimeColumn = "2",
                ValueColumn = "3",
                Time = new TimestampSpec { Format = TimeFormat.UnixSeconds },
            },
        }));

        Assert.Equal(
            [
                new Reading("a", SouthRig.Window.Start, ReadingValue.From(1L)),
                new Reading("b", SouthRig.Window.Start.AddSeconds(1), ReadingValue.From(2L)),
            ],
            readings);
    }

    [Fact]
    public async Task Query_CsvByArrival_GivesRows()
    {
        var time = new ManualTimeProvider();
        await using var rig = await SouthRig.NewAsync(time);
        rig.Server.Next(Answers.Status(200, "name,value\na,1\nb,2\n"));

        var readings = await AskAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Now with
        {
            Format = HttpAnswerFormat.Csv,
            Rows = new RowSpec { PointColumn = "name" },
        }));

        Assert.Equal(
            [
                new Reading("a", time.GetUtcNow(), ReadingValue.From(1L)),
                new Reading("b", time.GetUtcNow(), ReadingValue.From(2L)),
            ],
            readings);
    }

    [Fact]
    public async Task Query_OneItemFails_TurnsItsPointsBadTellsWhyAndForgetsItWhenItIsWell()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync();
        Item[] items = [SouthRig.ItemOf(Now, "a"), SouthRig.ItemOf(Now with { Path = "other" }, "b")];
        rig.Server.Next(
            Answers.Status(404), SouthRig.Json("""{"v":1}"""),
            SouthRig.Json("""{"v":2,"w":3}"""), Answers.Status(500),
            SouthRig.Json("<html>"), SouthRig.Json("""{"v":4}"""));

        var first = Shown(await AskAsync(south, items));
        var firstProblems = rig.Context.ItemProblems;
        var second = Shown(await AskAsync(south, items));
        var secondProblems = rig.Context.ItemProblems;
        var third = Shown(await AskAsync(south, items));

        Assert.Equal(["a bad", "b/v good"], first, StringComparer.Ordinal);
        Assert.Equal(["a/v good", "a/w good", "b/v bad"], second, StringComparer.Ordinal);
        Assert.Equal(["a/v bad", "a/w bad", "b/v good"], third, StringComparer.Ordinal);
        Assert.Equal(["a"], firstProblems.Keys, StringComparer.Ordinal);
        Assert.Equal(["b"], secondProblems.Keys, StringComparer.Ordinal);
        Assert.Contains("not JSON", Assert.Single(rig.Context.ItemProblems).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ServerFailsWithAll_EndsTheConnection()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = Answers.Status(500);
        var south = await rig.ConnectAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(south, SouthRig.ItemOf(Now)));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
    }

    [Fact]
    public async Task Query_ItemsOfOneRequest_ShareIt()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json("""{"a":{"x":1},"b":"2"}"""));
        HttpItemSettings Of(string column, ValueWish type) => Now with
        {
            Rows = new RowSpec { Layout = RowLayout.Wide, Columns = [new ColumnSpec { Column = column, Type = type }] },
        };

        var readings = await AskAsync(
            await rig.ConnectAsync(), SouthRig.ItemOf(Of("a", ValueWish.Auto), "p"),
            SouthRig.ItemOf(Of("b", ValueWish.Number), "q"));

        Assert.Equal(["p/a good", "q/b good"], Shown(readings), StringComparer.Ordinal);
        Assert.Single(rig.Server.Received);
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(200, "[]")]
    public async Task Query_NothingThere_GivesNothingAndIsWell(int status, string body)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(status, body));

        Assert.Empty(await AskAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Now)));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Query_ValueOutOfType_IsKeptAsTextWithBadQuality()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json("""{"v":"off"}"""));

        var reading = Assert.Single(await AskAsync(await rig.ConnectAsync(), SouthRig.ItemOf(Now with
        {
            Rows = new RowSpec { Layout = RowLayout.Wide, Type = ValueWish.Number },
        })));

        Assert.Equal((ReadingValue.From("off"), Quality.BadDecoding), (reading.Value, reading.Quality));
        Assert.Equal(1, rig.Context.UndecodedCount);
    }

    private static IEnumerable<string> Shown(IEnumerable<Reading> readings) =>
        readings.Select(static one => $"{one.Point} {one.Quality}");

    private static async Task<IReadOnlyList<Reading>> AskAsync(HttpSouth south, params IReadOnlyList<Item> items)
    {
        var content = await south.QueryLastPointAsync(items, CancellationToken.None);
        return content.Readings.ToArray();
    }
}
