using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Connectors.Postgres.North;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>One row per time and key, one column per point; what fits no column is refused in words.</summary>
public sealed class WideLayoutTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task HandleValues_ReadingsOfOneTime_MeetInOneRowAcrossBatches()
    {
        await using var rig = await NewAsync(new() { Point = "a", Column = "a" }, new() { Point = "b", Column = "b" });
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 0, 1), Make("a", 1, 2), Make("b", 1, 3)]), None);
        await north.HandleValuesAsync(NorthRig.Batch(3, [Make("b", 0, 4), Make("a", 2, 5), Make("a", 2, 6)]), None);
        await north.HandleValuesAsync(
            NorthRig.Batch(6, [Make("b", 2, 7), new Reading("b", NorthRig.Time.AddSeconds(1), default)]), None);

        Assert.Equal("0:1,4 1:2,3 2:6,7", await TableAsync(rig, "a", "b"));
    }

    [Fact]
    public async Task HandleValues_ByTemplates_ARowForEachKey()
    {
        await using var rig = await NorthRig.NewAsync(settings => settings with
        {
            Layout = PostgresLayout.Wide,
            KeyTemplate = "{topic[0]}",
            KeyColumn = "line",
            ColumnTemplate = "{topic[1]}",
            Columns =
            [
                new() { Column = "temp" },
                new() { Column = "flow" },
                new() { Column = "temp", Point = "line3/T\"1" },
            ],
        });
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(
            NorthRig.Batch(
                0,
                [
                    Make("line1/temp", 0, 1), Make("line2/flow", 0, 2), Make("line3/T\"1", 0, 3),
                    Make("line1/flow", 0, 4),
                ]),
            None);
        await north.HandleValuesAsync(NorthRig.Batch(4, [Make("line2/temp", 0, 5)]), None);

        Assert.Equal(
            "line1:1,4 line2:5,2 line3:3,",
            await rig.AskAsync<string>(
                "SELECT string_agg(concat(line, ':', temp, ',', flow), ' ' ORDER BY line) FROM readings"));
    }

    [Fact]
    public async Task HandleValues_WithAQualityColumn_NullsAndBadValuesArriveAsSuch()
    {
        await using var rig = await NewAsync(new PostgresColumnSettings { Point = "a", Column = "a", Quality = "a_q" });
        var north = await rig.ConnectAsync();
        var bad = new Quality(0x8000_0000);

        await north.HandleValuesAsync(
            NorthRig.Batch(0, [Make("a", 0, 1), Make("a", 1, 2) with { Quality = bad }, Make("a", 2, 3)]), None);
        await north.HandleValuesAsync(
            NorthRig.Batch(3, [new Reading("a", NorthRig.Time.AddSeconds(2), default, bad)]), None);

        Assert.Equal("0:1,0 1:2,2147483648 2:,2147483648", await TableAsync(rig, "a", "a_q"));
    }

    [Fact]
    public async Task HandleValues_WhatFitsNoCell_IsRefusedInWordsAndTheRestIsStored()
    {
        await using var rig = await NorthRig.NewAsync(settings => settings with
        {
            Layout = PostgresLayout.Wide,
            ColumnTemplate = "{topic[1]}",
            Columns = [new() { Column = "temp" }, new() { Column = "count", Type = PostgresColumnType.Bigint }],
        });
        var north = await rig.ConnectAsync();
        Reading[] readings =
        [
            Make("line1/temp", 0, 1),
            Make("line1/odd", 0, 2),
            Make("line2/temp", 0, 3),
            Make("line1/count", 0, 4.5),
            Make("line1/temp", 1, 5) with { Quality = new Quality(0x8000_0000) },
            Make("line1/count", 1, 6),
        ];

        var outcome = await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);
        var rest = await north.HandleValuesAsync(NorthRig.Batch(0, [readings[0], readings[5]]), None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        Assert.Equal([1, 2, 3, 4], outcome.Rejections!.Select(one => one.Index));
        string[] expected =
        [
            "No column takes point 'line1/odd': settings.columnTemplate makes 'odd' of it.",
            "Column 'temp' is filled by point 'line1/temp', and 'line2/temp' would take its place.",
            "Column 'count' is bigint, and point 'line1/count' has the number 4.5.",
            "The quality of point 'line1/temp' is bad",
        ];
        Assert.All(
            outcome.Rejections!.Zip(expected),
            pair => Assert.StartsWith(pair.Second, pair.First.Reason, StringComparison.Ordinal));
        Assert.Equal(DeliveryOutcome.Delivered, rest);
        Assert.Equal("0:1, 1:,6", await TableAsync(rig, "temp", "count"));
    }

    [Fact]
    public async Task HandleValues_EveryKindForEveryType_IsExactOrRefused()
    {
        await using var rig = await NewAsync(
            [.. Enum.GetValues<PostgresColumnType>().Select(type => new PostgresColumnSettings
            {
                Point = type.ToString(), Column = type.ToString(), Type = type,
            })]);
        var north = await rig.ConnectAsync();
        (ReadingValue Value, string Expected)[] cases =
        [
            (ReadingValue.From(1.5), "Double=1.5 Text=1.5 Json=1.5"),
            (ReadingValue.From(-2d), "Double=-2 Bigint=-2 Text=-2 Json=-2"),
            (ReadingValue.From(double.NaN), "Double=NaN Text=NaN"),
            (ReadingValue.From(1e300), "Double=1e+300 Text=1E+300 Json=1" + new string('0', 300)),
            (ReadingValue.From(1L << 53), "Double=9.007199254740992e+15 Bigint=9007199254740992 Text=9007199254740992 "
                + "Json=9007199254740992"),
            (ReadingValue.From((1L << 53) + 1), "Bigint=9007199254740993 Text=9007199254740993 Json=9007199254740993"),
            (ReadingValue.From(long.MinValue), "Bigint=-9223372036854775808 Text=-9223372036854775808 "
                + "Json=-9223372036854775808"),
            (ReadingValue.From(ulong.MaxValue), "Text=18446744073709551615 Json=18446744073709551615"),
            (ReadingValue.From(7UL), "Double=7 Bigint=7 Text=7 Json=7"),
            (ReadingValue.From(true), "Double=1 Bigint=1 Text=true Boolean=true Json=true"),
            (ReadingValue.From("ü"), "Text=ü"),
            (ReadingValue.FromJson("[1, 2]"), "Text=[1, 2] Json=[1, 2]"),
            (ReadingValue.From([0, 255]), @"Bytes=\x00ff"),
        ];

        for (var i = 0; i < cases.Length; i++)
        {
            Assert.Equal(cases[i].Expected, await StoreAsync(rig, north, i, cases[i].Value));
        }
    }

    [Fact]
    public async Task Rows_AnyReadings_AreThoseOfTheLastOfEachCell()
    {
        await using var rig = await NorthRig.NewAsync(settings => settings with
        {
            Layout = PostgresLayout.Wide,
            KeyTemplate = "{topic[0]}",
            ColumnTemplate = "{topic[1]}",
            Columns =
            [
                new() { Column = "a", Type = PostgresColumnType.Bigint }, new() { Column = "b", Quality = "b_quality" },
            ],
        });
        var table = 0;
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonEmptyArray<Tuple<byte, byte, int>>>(),
            given => LastsCountAsync(rig, $"t{table++}", given.Get))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    /// <summary>Readings of four points in eight seconds, in batches of seven.</summary>
    private static async Task<bool> LastsCountAsync(NorthRig rig, string table, Tuple<byte, byte, int>[] given)
    {
        string[] points = ["l1/a", "l1/b", "l2/a", "l2/b"];
        var north = await rig.ConnectAsync(rig.Settings with { Table = table });
        var readings = given
            .Select(one => new Reading(
                points[one.Item1 % 4], NorthRig.Time.AddSeconds(one.Item2 % 8), ReadingValue.From((long)one.Item3)))
            .ToArray();
        var expected = readings
            .GroupBy(one => (one.Point, one.Timestamp))
            .Select(cell => string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Key.Point}@{(cell.Key.Timestamp - NorthRig.Time).TotalSeconds}={cell.Last().Value}"))
            .Order(StringComparer.Ordinal);

        for (var at = 0; at < readings.Length; at += 7)
        {
            await north.HandleValuesAsync(
                NorthRig.Batch(at, readings[at..Math.Min(at + 7, readings.Length)]), None);
        }

        await north.DisconnectAsync(None);

        var cells = await rig.AskAsync<string>(
            $"""
            SELECT string_agg(cell, ' ' ORDER BY cell COLLATE "C") FROM {table} CROSS JOIN LATERAL (
                SELECT
                    concat(key, '/', name, '@', extract(epoch FROM time - '{NorthRig.Time:O}')::int, '=', held) AS cell
                FROM (VALUES ('a', a), ('b', b::bigint)) AS held (name, held) WHERE held IS NOT NULL) AS cells
            """);
        Assert.Equal(string.Join(' ', expected), cells);
        return true;
    }

    /// <summary>Gives one value to the point of each column; what is refused is left out.</summary>
    private static async Task<string> StoreAsync(NorthRig rig, PostgresNorth north, int second, ReadingValue value)
    {
        var readings = Enum.GetNames<PostgresColumnType>()
            .Select(point => new Reading(point, NorthRig.Time.AddSeconds(second), value))
            .ToArray();
        var outcome = await north.HandleValuesAsync(NorthRig.Batch(second * 100, readings), None);
        var refused = (outcome.Rejections ?? []).Select(one => one.Index).ToHashSet();
        Assert.Equal(
            DeliveryOutcome.Delivered,
            await north.HandleValuesAsync(
                NorthRig.Batch(second * 100, [.. readings.Where((_, i) => !refused.Contains(i))]), None));
        return await rig.AskAsync<string>(
            $"""
            SELECT concat_ws(' ', 'Double=' || "Double", 'Bigint=' || "Bigint", 'Text=' || "Text",
                             'Boolean=' || "Boolean", 'Json=' || "Json"::text, 'Bytes=' || "Bytes"::text)
            FROM readings WHERE time = '{NorthRig.Time.AddSeconds(second):O}'
            """);
    }

    private static Task<NorthRig> NewAsync(params PostgresColumnSettings[] columns) => NorthRig.NewAsync(
        settings => settings with { Layout = PostgresLayout.Wide, Columns = columns });

    private static Reading Make(string point, int second, double value) =>
        new(point, NorthRig.Time.AddSeconds(second), ReadingValue.From(value));

    private static Task<string> TableAsync(NorthRig rig, string first, string second) => rig.AskAsync<string>(
        $"""
        SELECT string_agg(concat(extract(epoch FROM time - '{NorthRig.Time:O}')::int, ':', {first}, ',', {second}), ' '
                          ORDER BY time) FROM readings
        """);
}
