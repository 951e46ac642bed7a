using System.Data;
using System.Text;
using System.Text.Json;
using Meridian.Formats.Csv;
using Meridian.Formats.Payloads;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Rows;

public sealed class RowDecoderTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);

    private readonly List<Reading> _readings = [];
    private readonly List<RowProblem> _problems = [];

    [Fact]
    public async Task Decode_TallCsv_GivesPointsValuesAndQualities()
    {
        await DecodeCsvAsync(
            new RowSpec { TimeColumn = "T", PointColumn = "tag", ValueColumn = "v", QualityColumn = "q" },
            "t,tag,v,q\n2026-11-21T10:15:00Z,a,1.5,good\n2026-11-21T10:15:00Z,b,on,2147483648\n"
            + "2026-11-21T10:15:00Z,c,NULL,uncertain\n");

        Assert.Equal(
            [
                new Reading("a", Time, ReadingValue.From(1.5)),
                new Reading("b", Time, ReadingValue.From("on"), Quality.Bad),
                new Reading("c", Time, ReadingValue.Null, Quality.Uncertain),
            ],
            _readings);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Decode_WideCsvWithCommas_GivesAReadingPerColumnThatHasAValue()
    {
        await DecodeCsvAsync(
            new RowSpec
            {
                Layout = RowLayout.Wide,
                HasDecimalComma = true,
                Time = new TimestampSpec
                {
                    Format = TimeFormat.Custom,
                    Pattern = "dd.MM.yyyy HH:mm",
                    TimeZone = "Europe/Zurich",
                },
            },
            "time;temp;run;note\n21.11.2026 11:15;3,14;true;x\n21.11.2026 11:15;;;\n",
            ';');

        Assert.Equal(
            [
                new Reading("item/temp", Time, ReadingValue.From(3.14)),
                new Reading("item/run", Time, ReadingValue.From(true)),
                new Reading("item/note", Time, ReadingValue.From("x")),
            ],
            _readings);
    }

    [Fact]
    public async Task Decode_WideWithAList_TakesThoseAlone()
    {
        await DecodeCsvAsync(
            new RowSpec
            {
                Layout = RowLayout.Wide,
                Point = "{south}/{column}",
                TimeColumn = "1",
                Columns =
                [
                    new ColumnSpec { Column = "2", Point = "speed", Type = ValueWish.Number },
                    new ColumnSpec { Column = "4", Type = ValueWish.Boolean },
                ],
            },
            "2026-11-21T10:15:00Z,5,zzz,yes\n",
            hasHeader: false);

        Assert.Equal(
            [new Reading("speed", Time, ReadingValue.From(5L)), new Reading("south/4", Time, ReadingValue.From(true))],
            _readings);
    }

    [Fact]
    public async Task Decode_WhatDoesNotFit_IsAProblemWithItsLineAndTheRestGoesOn()
    {
        await DecodeCsvAsync(
            new RowSpec { PointColumn = "point", Type = ValueWish.Number },
            "time,point,value\nyesterday,a,1\n2026-11-21T10:15:00Z,,1\n2026-11-21T10:15:00Z,a,hot\n"
            + "2026-11-21T10:15:00Z,a,2\n");

        Assert.Equal([new Reading("a", Time, ReadingValue.From(2L))], _readings);
        Assert.Equal(
            [
                "Line 2, column 'time': 'yesterday' was found, and an ISO 8601 timestamp such as 2026-11-21T10:15:00Z "
                + "was expected.",
                "Line 3: column 'point' is empty or too long for the name of a point.",
                "Line 4, column 'value': 'hot' was found, and a number was expected.",
            ],
            _problems.Select(static problem => problem.Reason),
            StringComparer.Ordinal);
        Assert.Equal([2L, 3L, 4L], _problems.Select(static problem => problem.Line));
        Assert.Equal(
            new Reading("a", Time, ReadingValue.From("hot"), Quality.BadDecoding), _problems[2].AsItCame);
    }

    [Fact]
    public void Decode_DatabaseTypes_KeepTheirTypes()
    {
        using var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
        (string Name, object Value)[] cells =
        [
            ("time", Time.UtcDateTime), ("i", 7), ("l", 8L), ("u", ulong.MaxValue), ("f", 1.5f), ("d", 2.5d),
            ("m", 3.25m), ("b", true), ("s", "text"), ("x", new byte[] { 1, 2 }),
            ("dto", Time.ToOffset(TimeSpan.FromHours(2))),
            ("date", new DateOnly(2026, 11, 21)), ("g", new Guid("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")),
            ("none", DBNull.Value),
        ];
        foreach (var (name, value) in cells)
        {
            table.Columns.Add(name, value is DBNull ? typeof(string) : value.GetType());
        }

        table.Columns["time"]!.DateTimeMode = DataSetDateTime.Utc;
        table.Rows.Add([.. cells.Select(static cell => cell.Value)]);
        using var reader = table.CreateDataReader();
        var decoder = Compile(new RowSpec { Layout = RowLayout.Wide, Point = "{column}" });
        var rows = new DataReaderCells(reader);
        Assert.Null(decoder.FindMissing(rows.Columns));

        Assert.True(reader.Read());
        decoder.Decode(rows, 1, _readings, _problems);

        Assert.Empty(_problems);
        Assert.All(_readings, static reading => Assert.Equal(Time, reading.Timestamp));
        Assert.Equal(
            [
                "i=7 Int64", "l=8 Int64", "u=18446744073709551615 UInt64", "f=1.5 Double", "d=2.5 Double",
                "m=3.25 Double", "b=true Boolean", "s=text String", "x=0102 Bytes",
                "dto=2026-11-21T10:15:00.0000000Z String", "date=2026-11-21T00:00:00 String",
                "g=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 String",
            ],
            _readings.Select(static one => $"{one.Point}={one.Value} {one.Value.Kind}"),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Decode_JsonObjects_MayDifferFromRowToRow()
    {
        using var document = JsonDocument.Parse(
            """
            [{"time":1795256100,"a":1}, {"b":{"c":[2]},"time":1795256100,"a":null}, 5,
             {"time":"x"}, {"a":1e999,"time":1795256100}, {"a":"\ud800","time":1795256100}]
            """);
        var decoder = Compile(new RowSpec
        {
            Layout = RowLayout.Wide,
            Time = new TimestampSpec { Format = TimeFormat.UnixSeconds },
        });
        var rows = new JsonCells();
        var line = 0;
        foreach (var element in document.RootElement.EnumerateArray())
        {
            line++;
            Assert.Equal(element.ValueKind == JsonValueKind.Object, rows.MoveTo(element));
            if (element.ValueKind == JsonValueKind.Object)
            {
                decoder.Decode(rows, line, _readings, _problems);
            }
        }

        Assert.Equal(
            [
                new Reading("item/a", Time, ReadingValue.From(1L)),
                new Reading("item/b", Time, ReadingValue.FromJson("""{"c":[2]}""")),
            ],
            _readings);
        Assert.Equal([4L, 5L, 6L], _problems.Select(static problem => problem.Line));
    }

    [Fact]
    public void Decode_JsonThatIsNotUtf8_IsAProblemOfItsCell()
    {
        var decoder = Compile(new RowSpec { Time = new TimestampSpec { Format = TimeFormat.UnixSeconds } });
        var rows = new JsonCells();
        byte[] bytes = [.. "{\"time\":1795256100,\"value\":{\"a\":\""u8, 0xFD, .. "\"}}"u8];
        using var document = JsonDocument.Parse(bytes);
        rows.MoveTo(document.RootElement);

        decoder.Decode(rows, 1, _readings, _problems);

        Assert.Empty(_readings);
        Assert.Contains("not Unicode text", Assert.Single(_problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_JsonWithPathsAndArrays_FindsWhatLiesDeeperAndByNumber()
    {
        var paths = new[] { PathOf("$.at"), PathOf("$.v.x[1]") };
        var decoder = Compile(new RowSpec
        {
            Layout = RowLayout.Wide,
            TimeColumn = "$.at",
            Columns =
            [
                new ColumnSpec { Column = "$.v.x[1]", Point = "x" },
                new ColumnSpec { Column = "2", Point = "n" },
            ],
            Time = new TimestampSpec { Format = TimeFormat.UnixSeconds },
        });
        var rows = new JsonCells(paths);
        using var document = JsonDocument.Parse("""[{"at":1795256100,"v":{"x":[1,2.5]}},{"v":7},[1,9]]""");

        foreach (var element in document.RootElement.EnumerateArray())
        {
            Assert.True(rows.MoveTo(element));
            decoder.Decode(rows, 1, _readings, _problems);
        }

        Assert.Equal([new Reading("x", Time, ReadingValue.From(2.5))], _readings);
        Assert.Equal(2, _problems.Count);
        Assert.Equal(["$.at", "$.v.x[1]", "at", "v", "1", "2"], rows.Columns);
    }

    [Fact]
    public void FindMissing_ColumnThatIsNotThere_NamesItAndWhatThereIs()
    {
        var decoder = Compile(new RowSpec { PointColumn = "tag" });

        Assert.Equal(
            "There is no column 'value', 'tag' but 'TIME', 'val'; name one of these.",
            decoder.FindMissing(["TIME", "val"]));
    }

    [Fact]
    public void Compile_WhatCannotWork_SaysAllOfIt()
    {
        var spec = new RowSpec
        {
            Layout = RowLayout.Wide,
            Point = "{item}",
            TimeColumn = "",
            Time = new TimestampSpec { TimeZone = "Nowhere" },
            Columns = [new ColumnSpec { Column = "a", Point = "x" }, new ColumnSpec { Column = "", Point = "x" }],
        };

        Assert.False(RowDecoder.TryCompile(spec, "item", "south", out _, out var problems));

        Assert.Equal(
            ["time.timeZone", "timeColumn", "columns[1].column", "columns[1].point"],
            problems.Select(static problem => problem.Path),
            StringComparer.Ordinal);
    }

    private static JsonPath PathOf(string text) =>
        JsonPath.TryCompile(text, out var path, out var problem) ? path : throw new InvalidOperationException(problem);

    private static RowDecoder Compile(RowSpec spec)
    {
        Assert.True(
            RowDecoder.TryCompile(spec, "item", "south", out var decoder, out var problems),
            string.Join(' ', problems));
        return decoder;
    }

    private async Task DecodeCsvAsync(RowSpec spec, string csv, char delimiter = ',', bool hasHeader = true)
    {
        var decoder = Compile(spec);
        var reader = new CsvReader(
            new MemoryStream(Encoding.UTF8.GetBytes(csv)),
            new CsvInputSpec { Delimiter = delimiter, HasHeader = hasHeader });
        while (await reader.ReadAsync(default) == CsvStep.Row)
        {
            decoder.Decode(reader, reader.Line, _readings, _problems);
        }
    }
}
