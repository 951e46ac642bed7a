using System.Text;
using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;
using Meridian.Testing;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>The rows of an answer as one file.</summary>
public sealed class CsvResultTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new("meridian-csv-");
    private readonly ManualTimeProvider _clock = new(Ten.AddMinutes(20));
    private readonly TestSouthContext _context;

    public CsvResultTests() => _context = new TestSouthContext(
        new TestContextOptions { Time = _clock, Folder = _folder.Path, Name = "plant" });

    [Fact]
    public async Task Sequence_GivesOneFilePerAnswerWithEveryTypeAsItIs()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            """
            CREATE TABLE t (id int, at timestamptz, local timestamp, "a,b" text, n numeric, f float8, ok bool, b bytea,
                            j jsonb, e text[], h time, z timetz);
            INSERT INTO t VALUES
            (1, '2026-11-21 10:15:00.5Z', '2026-11-21 10:15', 'say "x"', 1.10, 0.1, true, '\x0aff', '{"x": 1}', NULL,
             '10:15:30.25', '10:15+02'),
            (2, NULL, 'infinity', '', NULL, 'NaN', false, NULL, NULL, NULL, NULL, NULL),
            (3, NULL, NULL, '007', NULL, NULL, NULL, NULL, NULL, '{x}', NULL, NULL)
            """);
        var south = await ConnectAsync(rig);
        var item = Sequence("SELECT * FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", limit: 2);

        var files = await TakenPage.TakeAsync(south, item);
        var none = await TakenPage.TakeAsync(south, item, files[^1].Position);

        Assert.Equal(
            ["item-1-2.csv", "item-3-3.csv"], files.Select(static file => file.Name), StringComparer.Ordinal);
        Assert.Equal(
            "id,at,local,\"a,b\",n,f,ok,b,j,e,h,z\r\n"
            + "1,2026-11-21T10:15:00.5000000Z,2026-11-21T10:15:00,\"say \"\"x\"\"\",1.10,0.1,true,0AFF,"
            + "\"{\"\"x\"\": 1}\",,10:15:30.25,10:15:00+02:00\r\n"
            + "2,,infinity,\"\",,NaN,false,,,,,\r\n",
            files[0].Text);
        Assert.EndsWith("\r\n3,,,007,,,,,,,,\r\n", files[1].Text, StringComparison.Ordinal);
        Assert.Empty(none);
        Assert.Equal(1, _context.UndecodedCount);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Windows_GiveOneFileEachAndNoneWhenEmpty()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamptz, value int); INSERT INTO t VALUES ('2026-11-21 09:59Z', 0), "
            + "('2026-11-21 10:00Z', 1), ('2026-11-21 10:59:59.999999Z', 2), ('2026-11-21 12:00Z', 3)");
        var south = await ConnectAsync(rig);
        var item = Windows(new SqlCsvSpec
        {
            Name = "{south}/{item} {start}.csv",
            Delimiter = ';',
            HasHeader = false,
            Delay = TimeSpan.FromMinutes(1),
        });

        var first = await TakenPage.TakeAsync(south, item);
        _clock.Advance(TimeSpan.FromMinutes(40));
        var early = await TakenPage.TakeAsync(south, item, first[0].Position);
        _clock.Advance(TimeSpan.FromMinutes(121));
        var pages = await TakenPage.TakeAsync(south, item, first[0].Position);

        // It begins with the window that is now, and remembers so.
        Assert.Null(Assert.Single(first).Name);
        Assert.Equal("window/1 2026-11-21T10:00:00.0000000Z", Encoding.UTF8.GetString(first[0].Position.Span));
        Assert.Empty(early);
        Assert.Equal(
            ["plant_item 20261121T100000Z.csv", null, "plant_item 20261121T120000Z.csv"],
            pages.Select(static page => page.Name),
            StringComparer.Ordinal);
        Assert.Equal(
            "2026-11-21T10:00:00.0000000Z;1\r\n2026-11-21T10:59:59.9999990Z;2\r\n", pages[0].Text);
        Assert.Equal("2026-11-21T12:00:00.0000000Z;3\r\n", pages[2].Text);
        Assert.Equal("window/1 2026-11-21T13:00:00.0000000Z", Encoding.UTF8.GetString(pages[2].Position.Span));
    }

    [Fact]
    public async Task Windows_OfLocalTimes_HaveEachRowOnceWhereTheClockIsPutBack()
    {
        // Both hours from 2 to 3 of that night are asked for by the same times.
        _clock.SetWall(new DateTimeOffset(2026, 10, 25, 3, 1, 0, TimeSpan.Zero) - _clock.GetUtcNow());
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamp, value int); INSERT INTO t SELECT "
            + "'2026-10-25 00:30'::timestamp + n * interval '10 min', n FROM generate_series(0, 20) AS n");
        var south = await ConnectAsync(rig);
        var item = new Item("item", new PostgresItemSettings
        {
            Query = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime ORDER BY time",
            TimeType = SqlTimeType.WithoutTimeZone,
            Rows = new() { Time = new() { TimeZone = "Europe/Zurich" } },
            Result = SqlResult.Csv,
            Csv = new SqlCsvSpec
            {
                Start = new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero),
                Every = TimeSpan.FromMinutes(30),
                HasHeader = false,
            },
        });

        var pages = await TakenPage.TakeAsync(south, item);

        var lines = pages.SelectMany(
            static page => (page.Text ?? string.Empty).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(21, lines.Length);
        Assert.Equal(lines.Distinct(StringComparer.Ordinal), lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task File_BeyondItsLimit_IsRefusedInWords()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (time timestamptz, value int); "
            + "INSERT INTO t SELECT '2026-11-21 09:30Z', n FROM generate_series(1, 1000) AS n");
        var south = await ConnectAsync(rig, new SqlNextLimits { MaxFileBytes = 10_000 });
        var item = Windows(new SqlCsvSpec { Start = Ten.AddHours(-1) });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => TakenPage.TakeAsync(south, item));

        Assert.False(fault.IsTransient);
        Assert.Contains("make csv.every shorter", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Sequence_BeyondTheFilesLimit_GoesOnInTheNextFile()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (id int); INSERT INTO t SELECT n FROM generate_series(1, 1000) AS n");
        var south = await ConnectAsync(rig, new SqlNextLimits { MaxFileBytes = 1_000 });
        var item = Sequence("SELECT id FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", limit: 5_000);

        var files = await TakenPage.TakeAsync(south, item);

        Assert.All(files, static file => Assert.InRange(file.Text!.Length, 5, 1_000));
        Assert.Equal(
            Enumerable.Range(1, 1_000),
            files.SelectMany(static file => file.Text!.Split("\r\n")[1..^1]).Select(int.Parse));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_SaysSoAndIsTransient()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await File.WriteAllTextAsync(_folder.At("file"), "in the way");
        await using var context = new TestSouthContext(new TestContextOptions { Folder = _folder.At("file") });
        var south = await rig.ConnectAsync(context: context);
        var item = Sequence("SELECT id FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", limit: 10);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => TakenPage.TakeAsync(south, item));

        Assert.True(fault.IsTransient);
        Assert.Contains("cannot be kept on disk", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Which would take hours to read to its end.</summary>
    [Fact]
    public async Task Window_ThatCannotBeKept_EndsTheQueryOnTheServer()
    {
        await using var rig = await SouthRig.NewAsync();
        await File.WriteAllTextAsync(_folder.At("file"), "in the way");
        await using var context = new TestSouthContext(new TestContextOptions { Folder = _folder.At("file") });
        var south = await rig.ConnectAsync(
            rig.Settings with { CommandTimeout = TimeSpan.FromMinutes(30) }, context: context);
        var item = Windows(
            new SqlCsvSpec { Start = Ten.AddHours(-1) },
            "SELECT @StartTime AS time, n FROM (SELECT generate_series(1, 2000000000) AS n) AS s "
            + "WHERE @StartTime < @EndTime");

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => TakenPage.TakeAsync(south, item).WaitAsync(Deadline.Default, TimeProvider.System));

        Assert.Contains("cannot be kept on disk", fault.Message, StringComparison.Ordinal);
        await Deadline.UntilAsync(
            async () => !await rig.Server.AskAsync<bool>(
                rig.Database,
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND datname = current_database() "
                + "AND pid <> pg_backend_pid())"),
            "the server has ended the query");
    }

    [Fact]
    public async Task Start_AfterAKill_RemovesTheFileThatWasLeftAndNoOther()
    {
        await using var rig = await SouthRig.NewAsync();
        await File.WriteAllTextAsync(_folder.At("query-0123456789abcdef.csv"), "left");
        await File.WriteAllTextAsync(_folder.At("other.csv"), "not ours");

        await new PostgresSouth(_context, rig.Settings).StartAsync(CancellationToken.None);

        Assert.Equal([_folder.At("other.csv")], Directory.GetFiles(_folder.Path), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("{point}.csv", ',', "items[0].csv.name", "cannot be filled here")]
    [InlineData("", ',', "items[0].csv.name", "a name has 1 to 200 bytes")]
    [InlineData("x.csv", '-', "items[0].csv.delimiter", "must be a comma")]
    public void Check_FilesThatCannotBe_SaysSoAtItsPlace(string name, char delimiter, string path, string words)
    {
        var problem = Assert.Single(SqlItems.FindProblems(
            [Windows(new SqlCsvSpec { Name = name, Delimiter = delimiter })]));

        Assert.Equal(path, problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WindowsOfASequence_SaysSo()
    {
        var item = Sequence(
            "SELECT id FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", 1, new SqlCsvSpec { Start = Ten });

        Assert.Equal("items[0].csv.every", Assert.Single(SqlItems.FindProblems([item])).Path);
        Assert.Equal(
            (SouthCapabilities.Next, true), (SqlItems.CapabilityOf(item.Settings), SqlItems.GivesFiles(item.Settings)));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        _folder.Dispose();
    }

    private static Item Sequence(string query, int limit, SqlCsvSpec? csv = null) => new(
        "item",
        new PostgresItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = query,
            Sequence = new SqlSequenceSpec { Limit = limit },
            Result = SqlResult.Csv,
            Csv = csv ?? new SqlCsvSpec(),
        });

    private static Item Windows(SqlCsvSpec csv, string? query = null) => new(
        "item",
        new PostgresItemSettings
        {
            Query = query ?? "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime ORDER BY time",
            Result = SqlResult.Csv,
            Csv = csv,
        });

    private async Task<PostgresSouth> ConnectAsync(SouthRig rig, SqlNextLimits? limits = null) =>
        await rig.ConnectAsync(context: _context, nextLimits: limits);
}
