using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Formats.Times;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Sqlite.Tests.South;

public sealed class SqliteSouthTests : IAsyncDisposable
{
    private const string Good = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime";

    private static readonly HistoryWindow Window = new(
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero));

    private static readonly DateTimeOffset At = Window.Start.AddMinutes(15);

    private readonly SqliteFile _file = new();
    private readonly TestSouthContext _context = new();

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
        await _file.RunAsync($"CREATE TABLE t (time {type}, value); INSERT INTO t VALUES ({literal}, 7);");
        var rows = new RowSpec { Time = new TimestampSpec { Format = format, Pattern = pattern, TimeZone = zone } };
        var south = Make();

        var before = await AskAsync(south, new HistoryWindow(Window.Start, At), Item(Good, timeType, rows));
        var at = await AskAsync(south, new HistoryWindow(At, At.AddMinutes(1)), Item(Good, timeType, rows));

        Assert.Empty(before);
        Assert.Equal([new Reading("item", At, ReadingValue.From(7L))], at);
        Assert.Empty(_context.ItemProblems);
    }

    [Fact]
    public async Task Query_ColumnOfAnyType_GivesEachValueItsOwn()
    {
        await _file.RunAsync(
            "CREATE TABLE t (time TEXT, v); INSERT INTO t VALUES ('2026-11-21 10:15:00', 1), "
            + "('2026-11-21 10:15:01', 1.5), ('2026-11-21 10:15:02', 'x'), ('2026-11-21 10:15:03', x'0102'), "
            + "('2026-11-21 10:15:04', NULL);");

        var readings = await AskAsync(
            Make(),
            Window,
            Item(Good.Replace("value", "v", StringComparison.Ordinal), rows: new RowSpec { ValueColumn = "v" }));

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
        await _file.RunAsync(
            """
            CREATE TABLE t (time INTEGER PRIMARY KEY, value INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
            INSERT INTO t SELECT 1795255200000000 + i * 3600, i FROM n;
            """);
        var rows = new RowSpec { Time = new TimestampSpec { Format = TimeFormat.UnixMicroseconds } };
        var south = Make();
        var (count, next, most) = (0, 0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var pages = south.QueryHistoryAsync([Item(Good, SqlTimeType.Number, rows)], Window, default);
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

    [Theory]
    [InlineData("SELEC time FROM t WHERE time >= @StartTime AND time < @EndTime", "syntax error")]
    [InlineData("SELECT time, absent FROM t WHERE time >= @StartTime AND time < @EndTime", "no such column: absent")]
    [InlineData("SELECT time AS at, value FROM t WHERE time >= @StartTime AND time < @EndTime", "no column 'time'")]
    [InlineData("DELETE FROM t WHERE time >= @StartTime AND time < @EndTime RETURNING time, value", "only reads")]
    [InlineData(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
        + "SELECT i AS time, i AS value FROM n WHERE i < 0 AND @StartTime < @EndTime",
        "commandTimeout")]
    public async Task Query_OneItemIsWrong_IsItsProblemAndTheOtherGoesOn(string query, string words)
    {
        await _file.RunAsync("CREATE TABLE t (time TEXT, value); INSERT INTO t VALUES ('2026-11-21 10:15:00', 2);");

        var readings = await AskAsync(Make(TimeSpan.FromSeconds(1)), Window, Item(query, name: "bad"), Item(Good));

        Assert.Equal("item", Assert.Single(readings).Point);
        Assert.Contains(words, _context.ItemProblems["bad"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoFile_IsTransientAndMakesNone()
    {
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => Make().ConnectAsync(default));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(_file.Path, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_file.Path));
    }

    [Fact]
    public async Task Connect_NotADatabase_SaysSo()
    {
        await File.WriteAllTextAsync(_file.Path, new string('x', 8_192));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => Make().ConnectAsync(default));

        Assert.Equal(Fault.Malformed, fault.Fault);
        Assert.Contains("no SQLite database", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_Locked_IsTransientAndAnsweredLater()
    {
        await _file.RunAsync("CREATE TABLE t (time TEXT, value); INSERT INTO t VALUES ('2026-11-21 10:15:00', 2);");
        var south = Make();
        await south.ConnectAsync(default);
        ConnectorException fault;
        await using (await _file.LockAsync())
        {
            fault = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(south, Window, Item(Good)));
        }

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("locked by another program", fault.Message, StringComparison.Ordinal);
        Assert.Single(await AskAsync(south, Window, Item(Good)));
    }

    [Fact]
    public async Task Query_Corrupt_SaysSo()
    {
        await _file.RunAsync(
            "CREATE TABLE t (time TEXT, value); WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
            + "WHERE i < 9999) INSERT INTO t SELECT '2026-11-21 10:15:00', i FROM n;");
        var bytes = await File.ReadAllBytesAsync(_file.Path);
        bytes.AsSpan(4_096).Fill(0xA5);
        await File.WriteAllBytesAsync(_file.Path, bytes);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Make(), Window, Item(Good)));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("damaged", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_FilePutInThePlaceOfAnother_IsSeen()
    {
        await _file.RunAsync("CREATE TABLE t (time TEXT, value); INSERT INTO t VALUES ('2026-11-21 10:15:00', 2);");
        var south = Make();
        var old = await AskAsync(south, Window, Item(Good));
        File.Delete(_file.Path);
        await _file.RunAsync("CREATE TABLE t (time TEXT, value); INSERT INTO t VALUES ('2026-11-21 10:15:00', 3);");

        var now = await AskAsync(south, Window, Item(Good));

        Assert.Equal((2L, 3L), (old[0].Value.AsInt64(), now[0].Value.AsInt64()));
    }

    [Fact]
    public async Task Query_WalWithAWriter_SeesWhatIsCommitted()
    {
        await _file.RunAsync(
            "PRAGMA journal_mode = WAL; CREATE TABLE t (time TEXT, value); "
            + "INSERT INTO t VALUES ('2026-11-21 10:15:00', 2);");

        Assert.Single(await AskAsync(Make(), Window, Item(Good)));
    }

    [Fact]
    public async Task Query_Cancelled_EndsAtOnce()
    {
        await _file.RunAsync("CREATE TABLE t (time TEXT, value);");
        const string Endless =
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
            + "SELECT i AS time, i AS value FROM n WHERE i < 0 AND @StartTime < @EndTime";
        using var stop = new CancellationTokenSource();
        var running = Task.Run(async () =>
        {
            await foreach (var page in Make().QueryHistoryAsync([Item(Endless)], Window, stop.Token))
            {
                Assert.Fail($"A page came: {page}");
            }
        });
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.WaitAsync(Deadline.Default, TimeProvider.System));
    }

    [Fact]
    public async Task TestConnection_TellsVersionFileAndThatItOnlyReads()
    {
        await _file.RunAsync("CREATE TABLE t (time TEXT, value);");

        var facts = (await Make().TestConnectionAsync(default))
            .ToDictionary(static fact => fact.Key, static fact => fact.Value, StringComparer.Ordinal);

        Assert.StartsWith("3.", facts["SQLite version"], StringComparison.Ordinal);
        Assert.Equal(_file.Path, facts["File"]);
        Assert.Equal(
            ("read-only", "1", "delete"), (facts["Session"], facts["Tables and views"], facts["Journal mode"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        await _context.DisposeAsync();
    }

    private static Item Item(
        string query, SqlTimeType timeType = SqlTimeType.Text, RowSpec? rows = null, string name = "item") =>
        new(name, new SqliteItemSettings { Query = query, TimeType = timeType, Rows = rows ?? new RowSpec() });

    private static async Task<List<Reading>> AskAsync(
        SqliteSouth south, HistoryWindow window, params IReadOnlyList<Item> items)
    {
        var readings = new List<Reading>();
        await foreach (var page in south.QueryHistoryAsync(items, window, CancellationToken.None))
        {
            readings.AddRange(page.Readings.ToArray());
        }

        return readings;
    }

    private SqliteSouth Make(TimeSpan? timeout = null) => new(
        _context,
        new SqliteSouthSettings { File = _file.Path, CommandTimeout = timeout ?? TimeSpan.FromSeconds(30) });
}
