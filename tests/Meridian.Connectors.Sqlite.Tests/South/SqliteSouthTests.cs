using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Sqlite.Tests.South;

public sealed class SqliteSouthTests : IAsyncDisposable
{
    private readonly SouthRig _rig = new();

    [Theory]
    [InlineData("TEXT", "'2026-11-21 10:15:00'", SqlTimeType.Text, TimeFormat.Iso, null, null)]
    [InlineData("TEXT", "'2026-11-21T10:15:00.000Z'", SqlTimeType.Text, TimeFormat.Iso, null, null)]
    [InlineData("TEXT", "'2026-11-21 11:15'", SqlTimeType.Text, TimeFormat.Custom, "yyyy-MM-dd HH:mm", "Europe/Zurich")]
    [InlineData("INTEGER", "1795256100", SqlTimeType.Number, TimeFormat.UnixSeconds, null, null)]
    [InlineData("INTEGER", "1795256100000", SqlTimeType.Number, TimeFormat.UnixMilliseconds, null, null)]
    [InlineData("REAL", "julianday('2026-11-21 10:15:00')", SqlTimeType.Number, TimeFormat.JulianDays, null, null)]
    [InlineData("", "1795256100.0", SqlTimeType.Number, TimeFormat.UnixSeconds, null, null)]
    public async Task Query_AnyTimeColumn_FindsTheRowAtItsInstant(
        string type, string literal, SqlTimeType timeType, TimeFormat format, string? pattern, string? zone)
    {
        await _rig.File.RunAsync($"CREATE TABLE t (time {type}, value); INSERT INTO t VALUES ({literal}, 7);");
        var rows = new RowSpec { Time = new TimestampSpec { Format = format, Pattern = pattern, TimeZone = zone } };
        var south = _rig.Make();
        var item = SouthRig.Item(timeType: timeType, rows: rows);

        var before = await SouthRig.AskAsync(south, new HistoryWindow(SouthRig.Window.Start, SouthRig.At), item);
        var at = await SouthRig.AskAsync(south, new HistoryWindow(SouthRig.At, SouthRig.At.AddMinutes(1)), item);

        Assert.Empty(before);
        Assert.Equal([new Reading("item", SouthRig.At, ReadingValue.From(7L))], at);
        Assert.Empty(_rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Query_ColumnOfAnyType_GivesEachValueItsOwn()
    {
        await _rig.File.RunAsync(
            "CREATE TABLE t (time TEXT, v); INSERT INTO t VALUES ('2026-11-21 10:15:00', 1), "
            + "('2026-11-21 10:15:01', 1.5), ('2026-11-21 10:15:02', 'x'), ('2026-11-21 10:15:03', x'0102'), "
            + "('2026-11-21 10:15:04', NULL);");

        var readings = await SouthRig.AskAsync(
            _rig.Make(),
            SouthRig.Window,
            SouthRig.Item(
                SouthRig.Good.Replace("value", "v", StringComparison.Ordinal),
                rows: new RowSpec { ValueColumn = "v" }));

        Assert.Equal(
            [
                ReadingValueKind.Int64, ReadingValueKind.Double, ReadingValueKind.String, ReadingValueKind.Bytes,
                ReadingValueKind.Null,
            ],
            readings.Select(static one => one.Value.Kind));
    }

    [Fact]
    public async Task Query_TenTimesWhatIsHeld_KeepsMemoryFlatAndGivesEachOnce()
    {
        await _rig.File.RunAsync(
            """
            CREATE TABLE t (time INTEGER PRIMARY KEY, value INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
            INSERT INTO t SELECT 1795255200000000 + i * 3600, i FROM n;
            """);
        var rows = new RowSpec { Time = new TimestampSpec { Format = TimeFormat.UnixMicroseconds } };
        var south = _rig.Make();
        var (count, next, most) = (0, 0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var pages = south.QueryHistoryAsync(
            [SouthRig.Item(timeType: SqlTimeType.Number, rows: rows)], SouthRig.Window, default);
        await foreach (var page in pages)
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
    public async Task Query_WalWithAWriter_SeesWhatIsCommitted()
    {
        await _rig.File.RunAsync(
            "PRAGMA journal_mode = WAL; CREATE TABLE t (time TEXT, value); "
            + "INSERT INTO t VALUES ('2026-11-21 10:15:00', 2);");

        Assert.Single(await SouthRig.AskAsync(_rig.Make(), SouthRig.Window, SouthRig.Item()));
    }

    [Fact]
    public async Task Query_Cancelled_EndsAtOnce()
    {
        await _rig.File.RunAsync("CREATE TABLE t (time TEXT, value);");
        const string Endless =
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
            + "SELECT i AS time, i AS value FROM n WHERE i < 0 AND @StartTime < @EndTime";
        using var stop = new CancellationTokenSource();
        var running = Task.Run(async () =>
        {
            var pages = _rig.Make().QueryHistoryAsync([SouthRig.Item(Endless)], SouthRig.Window, stop.Token);
            await foreach (var page in pages)
            {
                Assert.Fail($"A page came: {page}");
            }
        });
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.WaitAsync(Deadline.Default, TimeProvider.System));
    }

    [Fact]
    public async Task Query_FilePutInThePlaceOfAnother_IsSeen()
    {
        await _rig.FillAsync(2);
        var south = _rig.Make();
        var old = await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item());
        File.Delete(_rig.File.Path);
        await _rig.FillAsync(3);

        var now = await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item());

        Assert.Equal((2L, 3L), (old[0].Value.AsInt64(), now[0].Value.AsInt64()));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();
}
