using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>What comes of rows, whatever the type of the time's column.</summary>
public sealed class PostgresSouthTests
{
    private const string Where = "WHERE time >= @StartTime AND time < @EndTime";

    private static DateTimeOffset At(int minute) => SouthRig.Window.Start.AddMinutes(minute);

    [Theory]
    [InlineData("timestamptz", "'2026-11-21 10:15:00+00'", SqlTimeType.WithTimeZone, null, null)]
    [InlineData("timestamp", "'2026-11-21 11:15:00'", SqlTimeType.WithoutTimeZone, null, "Europe/Zurich")]
    [InlineData("bigint", "1795256100", SqlTimeType.Number, TimeFormat.UnixSeconds, null)]
    [InlineData("numeric", "1795256100000.0", SqlTimeType.Number, TimeFormat.UnixMilliseconds, null)]
    [InlineData("double precision", "1795256100", SqlTimeType.Number, TimeFormat.UnixSeconds, null)]
    [InlineData("text", "'2026-11-21T10:15:00Z'", SqlTimeType.Text, TimeFormat.Iso, null)]
    [InlineData("text", "'2026-11-21 10:15:00'", SqlTimeType.Text, TimeFormat.Iso, null)]
    [InlineData("text", "'20261121 111500'", SqlTimeType.Text, TimeFormat.Custom, "Europe/Zurich")]
    public async Task Query_AnyTimeColumn_FindsTheRowAtItsInstant(
        string type, string literal, SqlTimeType timeType, TimeFormat? format, string? zone)
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync($"CREATE TABLE t (time {type}, value int); INSERT INTO t VALUES ({literal}, 7)");
        var south = await rig.ConnectAsync();
        var rows = new RowSpec
        {
            Time = new TimestampSpec
            {
                Format = format ?? TimeFormat.Iso,
                TimeZone = zone,
                Pattern = format == TimeFormat.Custom ? "yyyyMMdd HHmmss" : null,
            },
        };
        var item = SouthRig.Item($"SELECT time, value FROM t {Where}", timeType, rows);

        var before = await SouthRig.AskAsync(south, new HistoryWindow(At(0), At(15)), item);
        var at = await SouthRig.AskAsync(south, new HistoryWindow(At(15), At(16)), item);

        Assert.Empty(before);
        Assert.Equal([new Reading("item", At(15), ReadingValue.From(7L))], at);
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Query_Dates_AreTheirMidnightInTheZone()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (time date, value int); INSERT INTO t VALUES ('2026-11-21', 7)");
        var south = await rig.ConnectAsync();
        var rows = new RowSpec { Time = new TimestampSpec { TimeZone = "Europe/Zurich" } };
        var midnight = new DateTimeOffset(2026, 11, 20, 23, 0, 0, TimeSpan.Zero);

        var readings = await SouthRig.AskAsync(
            south,
            new HistoryWindow(midnight, midnight.AddMinutes(1)),
            SouthRig.Item($"SELECT time, value FROM t {Where}", SqlTimeType.Date, rows));

        Assert.Equal(midnight, Assert.Single(readings).Timestamp);
    }

    [Fact]
    public async Task Query_TallAndWide_KeepTypes()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            """
            CREATE TABLE t (time timestamptz, tag text, value jsonb, q int, ok bool, bytes bytea, n numeric, f real,
                            e text[]);
            INSERT INTO t VALUES ('2026-11-21 10:15:00Z', 'a', '{"x": 1}', -2147483648,
                                  true, '\x0102', 'NaN', 1.5, '{x}')
            """);
        var south = await rig.ConnectAsync();
        var tall = SouthRig.Item(
            $"SELECT time, tag, value, q FROM t {Where}",
            rows: new RowSpec { PointColumn = "tag", QualityColumn = "q", Point = "plant/{point}" });
        var wide = SouthRig.Item(
            $"SELECT time, ok, bytes, f, n, e FROM t {Where}",
            rows: new RowSpec { Layout = RowLayout.Wide },
            name: "w");

        var readings = await SouthRig.AskAsync(south, SouthRig.Window, tall, wide);

        Assert.Equal(new Reading("plant/a", At(15), ReadingValue.FromJson("{\"x\": 1}"), Quality.Bad), readings[0]);
        Assert.Equal(new Reading("w/ok", At(15), ReadingValue.From(true)), readings[1]);
        Assert.Equal(new Reading("w/bytes", At(15), ReadingValue.From([1, 2])), readings[2]);
        Assert.Equal(new Reading("w/f", At(15), ReadingValue.From(1.5)), readings[3]);
        Assert.Equal(["w/n", "w/e"], readings[4..].Select(static one => one.Point), StringComparer.Ordinal);
        Assert.All(readings[4..], static one => Assert.Equal(Quality.BadDecoding, one.Quality));
        Assert.Equal(2, rig.Context.UndecodedCount);
        Assert.Contains("the driver cannot give", rig.Context.UndecodedReasons["w"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_RowsInNoOrder_ComeByTimeInPagesThatCoverTheWindow()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            """
            CREATE TABLE t (time timestamptz, value int);
            INSERT INTO t SELECT '2026-11-21 10:00:00Z'::timestamptz + (n * 7919 % 3600) * interval '1 s', n
            FROM generate_series(1, 20000) AS n
            """);
        var south = await rig.ConnectAsync(
            limits: new SqlHistoryLimits { MaxReadings = 1_000, PageReadings = 100 });

        var readings = await SouthRig.AskAsync(
            south, SouthRig.Window, SouthRig.Item($"SELECT time, value FROM t {Where}"));

        Assert.Equal(
            Enumerable.Range(1, 20_000), readings.Select(static one => (int)one.Value.AsInt64()).Order());
    }

    [Fact]
    public async Task Query_RowsOutsideTheWindow_AreLeftForTheirTurn()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamptz, value int); "
            + "INSERT INTO t VALUES ('2026-11-21 09:00Z', 1), ('2026-11-21 10:30Z', 2), ('2026-11-21 11:00Z', 3), "
            + "('infinity', 4), ('-infinity', 5)");
        var south = await rig.ConnectAsync();

        var readings = await SouthRig.AskAsync(
            south, SouthRig.Window, SouthRig.Item("SELECT * FROM t WHERE @StartTime<@EndTime"));

        Assert.Equal([2L], readings.Select(static one => one.Value.AsInt64()));
    }

    [Fact]
    public async Task Query_TenTimesWhatIsHeld_KeepsMemoryFlat()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (value int)");
        var south = await rig.ConnectAsync();

        // A million rows made on the way, most of which are never sent: a narrower window is asked for.
        var item = SouthRig.Item(
            """
            SELECT '2026-11-21 10:00:00Z'::timestamptz + n * interval '3600 us' AS time, n AS value
            FROM generate_series(
                (extract(epoch FROM @StartTime - '2026-11-21 10:00:00Z'::timestamptz) / 0.0036)::int,
                (extract(epoch FROM @EndTime - '2026-11-21 10:00:00Z'::timestamptz) / 0.0036)::int) AS n
            """);
        var (count, next, most) = (0, 0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await foreach (var page in south.QueryHistoryAsync([item], SouthRig.Window, CancellationToken.None))
        {
            foreach (var reading in page.Readings.ToArray())
            {
                Assert.Equal(next++, reading.Value.AsInt64());
                count++;
            }

            most = count % 200_000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)) : most;
        }

        Assert.Equal(1_000_000, count);
        Assert.InRange(most - before, 0, 40_000_000);
    }

    [Fact]
    public async Task Query_TooMuchAtOneInstant_IsTheItemsProblem()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamptz, value int); "
            + "INSERT INTO t SELECT '2026-11-21 10:15Z', n FROM generate_series(1, 200) AS n");
        var south = await rig.ConnectAsync(limits: new SqlHistoryLimits { MaxReadings = 100 });

        var readings = await SouthRig.AskAsync(
            south, SouthRig.Window, SouthRig.Item($"SELECT time, value FROM t {Where}"));

        Assert.Empty(readings);
        Assert.Contains("more than 100 readings", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_RowWithoutTime_IsLeftOutCountedAndTold()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamptz, value int); INSERT INTO t VALUES (NULL, 1), ('2026-11-21 10:15Z', 2)");
        var south = await rig.ConnectAsync();

        var readings = await SouthRig.AskAsync(
            south, SouthRig.Window, SouthRig.Item("SELECT * FROM t WHERE @StartTime < @EndTime ORDER BY value"));

        Assert.Equal([2L], readings.Select(static one => one.Value.AsInt64()));
        Assert.Equal(1, rig.Context.UndecodedCount);
        Assert.Contains("Line 1, column 'time'", rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestConnection_TellsVersionRightsAndThatItOnlyReads()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (time timestamptz)");
        var south = await rig.ConnectAsync();

        var facts = (await south.TestConnectionAsync(CancellationToken.None))
            .ToDictionary(static fact => fact.Key, static fact => fact.Value, StringComparer.Ordinal);

        Assert.StartsWith("15", facts["Server version"], StringComparison.Ordinal);
        Assert.Equal("read-only", facts["Session"]);
        Assert.Equal("may read 1 tables and views", facts["Rights"]);
        Assert.EndsWith("ms", facts["Round trip"], StringComparison.Ordinal);
    }
}
