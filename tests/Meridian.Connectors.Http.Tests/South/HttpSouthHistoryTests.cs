using System.Globalization;
using System.Text;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>The past: how windows are asked for, and what answers cover.</summary>
public sealed class HttpSouthHistoryTests
{
    private static readonly HttpItemSettings Past = SouthRig.Past;

    [Theory]
    [InlineData(TimeFormat.Iso, null, null, "2026-11-21T10:00:00.0000005Z", "2026-11-21T11:00:00Z")]
    [InlineData(
        TimeFormat.Iso, null, "Europe/Zurich", "2026-11-21T11:00:00.0000005+01:00", "2026-11-21T12:00:00+01:00")]
    [InlineData(TimeFormat.UnixSeconds, null, null, "1795255200", "1795258800")]
    [InlineData(TimeFormat.UnixMilliseconds, null, null, "1795255200000", "1795258800000")]
    [InlineData(TimeFormat.UnixMicroseconds, null, null, "1795255200000000", "1795258800000000")]
    [InlineData(TimeFormat.UnixNanoseconds, null, null, "1795255200000000500", "1795258800000000000")]
    [InlineData(TimeFormat.Custom, "dd.MM.yyyy HH:mm", "Europe/Zurich", "21.11.2026 11:00", "21.11.2026 12:00")]
    public async Task Window_InAFormat_IsWrittenSo(
        TimeFormat format, string? pattern, string? zone, string from, string to)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json("[]"));
        var window = SouthRig.Window with { Start = SouthRig.Window.Start.AddTicks(5) };

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), window, SouthRig.ItemOf(Past with
        {
            Path = "v1/@StartTime/x?plant=7",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Until"] = "@EndTime" },
            Times = new TimestampSpec { Format = format, Pattern = pattern, TimeZone = zone },
        }));

        var received = Assert.Single(rig.Server.Received);
        Assert.Equal((from, to), (SouthRig.ParameterOf(received, "from"), SouthRig.ParameterOf(received, "to")));
        Assert.Equal(to, received.Headers["X-Until"]);
        Assert.StartsWith(
            $"/data/v1/{Uri.EscapeDataString(from)}/x?plant=7&from=", received.Target, StringComparison.Ordinal);
        Assert.Equal((window, 0), (Assert.Single(pages).Covered, pages[0].Readings.Length));
    }

    /// <summary>
    /// On October 25 the clock of Zurich gives the hour from 2 to 3 twice. Whatever of the two the server means by a
    /// local time, the window lies within what is asked for.
    /// </summary>
    [Fact]
    public async Task Window_LocalTimesWhileTheClockIsSetBack_AskForMore()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = SouthRig.Json("[]");
        var start = new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);
        var south = await rig.ConnectAsync();
        for (var i = 0; i < 6; i++)
        {
            var window = new HistoryWindow(start.AddMinutes(20 * i), start.AddMinutes((20 * i) + 20));

            await SouthRig.PagesAsync(south, window, SouthRig.ItemOf(Past with
            {
                Times = new TimestampSpec
                {
                    Format = TimeFormat.Custom,
                    Pattern = "yyyy-MM-dd HH:mm",
                    TimeZone = "Europe/Zurich",
                },
            }));

            var (from, to) = (LocalOf(rig.Server.Received[^1], "from"), LocalOf(rig.Server.Received[^1], "to"));
            foreach (var hours in new[] { 1, 2 })
            {
                Assert.True(from <= window.Start.UtcDateTime.AddHours(hours), $"{from:O} of {window}");
            }

            Assert.True(to >= window.End.UtcDateTime.AddHours(2), $"{to:O} of {window}");
        }
    }

    [Fact]
    public async Task Answer_RecordsInAnyOrderAndBeyondTheWindow_GivesWhatIsInItByTime()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json(SouthRig.Records(5, 1, -1, 3_600, 3_599, 0)));

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal([0, 1, 5, 3_599], SouthRig.NumbersOf(pages));
        Assert.Equal(SouthRig.Window, Assert.Single(pages).Covered);
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(200, "[]")]
    public async Task Answer_Empty_CoversToo(int status, string body)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(status, body));

        var page = Assert.Single(await SouthRig.PagesAsync(
            await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past)));

        Assert.Equal((SouthRig.Window, 0), (page.Covered, page.Readings.Length));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Answer_WideWithPaths_GivesAReadingPerColumn()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json(
            """
            {"data":[{"meta":{"at":1795255200.5},"v":{"t":[1,20.5]},"state":"on"},
                     {"meta":{"at":1795255201},"v":{"t":[1]},"state":null}]}
            """));

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past with
        {
            Records = "$.data",
            Rows = new RowSpec
            {
                Layout = RowLayout.Wide,
                TimeColumn = "$.meta.at",
                Time = new TimestampSpec { Format = TimeFormat.UnixSeconds },
                Columns =
                [
                    new ColumnSpec { Column = "$.v.t[1]", Point = "oven/t" },
                    new ColumnSpec { Column = "state", Point = "oven/state" },
                ],
            },
        }));

        var at = SouthRig.Window.Start.AddSeconds(0.5);
        Assert.Equal(
            [
                new Reading("oven/t", at, ReadingValue.From(20.5)),
                new Reading("oven/state", at, ReadingValue.From("on")),
            ],
            SouthRig.ReadingsOf(pages));
    }

    [Fact]
    public async Task Answer_TallCsvWithQualityAndLocalTimes_GivesReadings()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(Answers.Status(
            200, "when;tag;val;ok\r\n21.11.2026 11:00:01;a;1,5;true\r\n21.11.2026 11:00:02;b;x;false\r\n"));

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past with
        {
            Format = HttpAnswerFormat.Csv,
            Csv = new Formats.Csv.CsvInputSpec { Delimiter = ';' },
            Rows = new RowSpec
            {
                TimeColumn = "when",
                PointColumn = "tag",
                ValueColumn = "val",
                QualityColumn = "ok",
                HasDecimalComma = true,
                Type = ValueWish.Number,
                Time = new TimestampSpec
                {
                    Format = TimeFormat.Custom,
                    Pattern = "dd.MM.yyyy HH:mm:ss",
                    TimeZone = "Europe/Zurich",
                },
            },
        }));

        Assert.Equal(
            [
                new Reading("a", SouthRig.Window.Start.AddSeconds(1), ReadingValue.From(1.5)),
                new Reading(
                    "b", SouthRig.Window.Start.AddSeconds(2), ReadingValue.From("x"), Quality.BadDecoding),
            ],
            SouthRig.ReadingsOf(pages));
        Assert.Equal(1, rig.Context.UndecodedCount);
    }

    [Fact]
    public async Task Answer_ARowWithoutTime_IsLeftOutCountedAndTold()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json($$"""[{{SouthRig.Record(1)}},{"time":"soon","value":2},7]"""));

        Assert.Equal([1], await rig.AskAsync(Past));

        Assert.Equal(2, rig.Context.UndecodedCount);
        Assert.Contains("2 rows", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
        Assert.Contains("'soon'", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiem", "value", null)]
    [InlineData("time", "val", null)]
    [InlineData("time", "value", "tag")]
    [InlineData("$.meta.time", "value", null)]
    public async Task Column_ThatNoRecordHas_IsAProblemAndCoversNothing(string time, string value, string? point)
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Next(SouthRig.Json(SouthRig.Records(1, 2)));

        var pages = await SouthRig.PagesAsync(await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Past with
        {
            Rows = new RowSpec { TimeColumn = time, ValueColumn = value, PointColumn = point },
        }));

        Assert.Empty(pages);
        Assert.Contains("There is no column '", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_ThatAskTheSame_ShareOneRequest()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = SouthRig.Json("""[{"time":"2026-11-21T10:00:01Z","a":1,"b":2}]""");
        HttpItemSettings Of(string column) => Past with
        {
            Rows = new RowSpec
            {
                Layout = RowLayout.Wide,
                Columns = [new ColumnSpec { Column = column, Point = column }],
            },
        };

        var pages = await SouthRig.PagesAsync(
            await rig.ConnectAsync(), SouthRig.Window, SouthRig.ItemOf(Of("a"), "a"), SouthRig.ItemOf(Of("b"), "b"),
            SouthRig.ItemOf(Of("absent"), "c"), SouthRig.ItemOf(Of("a") with { Path = "other" }, "d"));

        Assert.Equal(2, rig.Server.Received.Count);
        Assert.Equal(
            ["a 1", "b 2", "d 1"],
            pages.Select(static page => $"{page.Item.Name} {page.Readings.Span[0].Value}"), StringComparer.Ordinal);
        Assert.Equal(["c"], rig.Context.ItemProblems.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Answer_MoreThanIsHeld_IsAskedInNarrowerWindowsEachReadingOnce()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = ByWindow(1_000);
        var south = await rig.ConnectAsync(limits: new HttpSouthLimits { MaxReadings = 150, PageReadings = 40 });

        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal(Enumerable.Range(0, 1_000).Select(static one => (long)one), SouthRig.NumbersOf(pages));
        Assert.Equal(SouthRig.Window.Start, pages[0].Covered.Start);
        Assert.All(
            pages.Zip(pages.Skip(1)), static two => Assert.Equal(two.First.Covered.End, two.Second.Covered.Start));
        Assert.Equal(SouthRig.Window.End, pages[^1].Covered.End);
    }

    [Fact]
    public async Task Answer_LargerThanIsRead_IsAskedInNarrowerWindows()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = ByWindow(1_000);
        var south = await rig.ConnectAsync(rig.Settings with { MaxAnswerSize = new ByteSize(8 * 1024) });

        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal(Enumerable.Range(0, 1_000).Select(static one => (long)one), SouthRig.NumbersOf(pages));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Answer_LargerThanIsReadHoweverNarrow_IsAProblemInWords()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(Enumerable.Range(0, 1_000)));
        var south = await rig.ConnectAsync(rig.Settings with { MaxAnswerSize = new ByteSize(8 * 1024) });

        Assert.Empty(await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past)));

        Assert.Contains("settings.maxAnswerSize", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
        Assert.InRange(rig.Server.Received.Count, 2, 30);
    }

    /// <summary>Hundreds of thousands of records: what is held does not grow with them.</summary>
    [Theory]
    [InlineData(HttpAnswerFormat.Json)]
    [InlineData(HttpAnswerFormat.Csv)]
    public async Task Answer_Huge_IsReadAsItComesWithFlatMemory(HttpAnswerFormat format)
    {
        await using var rig = await SouthRig.NewAsync();
        const int Count = 300_000;
        var most = 0L;
        rig.Server.Otherwise = Huge(
            format, Count, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)));
        var south = await rig.ConnectAsync(rig.Settings with
        {
            MaxAnswerSize = new ByteSize(256L << 20),
            AnswerTimeout = TimeSpan.FromMinutes(1),
        });
        var item = SouthRig.ItemOf(Past with { Format = format });
        var window = SouthRig.Window with { End = SouthRig.Window.Start.AddSeconds(10) };
        var held = GC.GetTotalMemory(forceFullCollection: true);

        var pages = await SouthRig.PagesAsync(south, window, item);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], SouthRig.NumbersOf(pages));
        Assert.InRange(most - held, 1 - held, 6_000_000);
    }

    private static DateTime LocalOf(Received received, string name) => DateTime.ParseExact(
        SouthRig.ParameterOf(received, name)!, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A server that looks at the window: one record per second.</summary>
    private static Func<HttpContext, Received, Task> ByWindow(int count) => (http, received) =>
    {
        var from = TimeOf("from");
        var to = TimeOf("to");
        return SouthRig.Json(SouthRig.Records(Enumerable.Range(0, count).Where(number =>
            SouthRig.Window.Start.AddSeconds(number) is var at && at >= from && at < to)))(http, received);

        DateTimeOffset TimeOf(string name) =>
            DateTimeOffset.Parse(SouthRig.ParameterOf(received, name)!, CultureInfo.InvariantCulture);
    };

    private static Func<HttpContext, Received, Task> Huge(
        HttpAnswerFormat format, int count, Action onTenth) => async (http, _) =>
    {
        var isCsv = format == HttpAnswerFormat.Csv;
        await http.Response.WriteAsync(isCsv ? "time,value\n" : "[");
        var part = new StringBuilder();
        for (var number = 0; number < count; number++)
        {
            part.Append(isCsv
                ? $"{SouthRig.Window.Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ},{number}\n"
                : (number == 0 ? string.Empty : ",") + SouthRig.Record(number));
            if (number % (count / 10) == 0)
            {
                onTenth();
            }

            if (part.Length > 60_000 || number == count - 1)
            {
                await http.Response.WriteAsync(part.ToString());
                part.Clear();
            }
        }

        await http.Response.WriteAsync(isCsv ? string.Empty : "]");
    };
}
