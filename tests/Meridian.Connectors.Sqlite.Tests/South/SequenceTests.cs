using System.Text;
using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Formats.Times;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;
using Meridian.Testing;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>
/// By a sequence, and files of windows, from a file that another program writes. The memory of the process is measured,
/// so nothing else runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(SequenceTests), DisableParallelization = true)]
[Collection(nameof(SequenceTests))]
public sealed class SequenceTests : IAsyncDisposable
{
    private const string Next = "SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit";

    private readonly SqliteFile _file = new();
    private readonly TempFolder _folder = new("meridian-sqlite-csv-");
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 21, 12, 0, 30, TimeSpan.Zero));
    private readonly TestSouthContext _context;

    public SequenceTests() =>
        _context = new TestSouthContext(new TestContextOptions { Time = _clock, Folder = _folder.Path });

    [Fact]
    public async Task Rows_ComeOnceInPagesAndGoOnFromAnyOfThem()
    {
        await FillAsync("INTEGER PRIMARY KEY AUTOINCREMENT", "i", 25);
        var item = Item(new SqlSequenceSpec { Limit = 10 });

        var pages = await TakenPage.TakeAsync(Make(), item);
        var rest = await TakenPage.TakeAsync(Make(), item, pages[0].Position);
        await _file.RunAsync("DELETE FROM t; INSERT INTO t (time, value) VALUES ('2026-11-21 10:15:00', 26);");
        var more = await TakenPage.TakeAsync(Make(), item, pages[^1].Position);

        Assert.Equal([10, 10, 5], pages.Select(static page => page.Readings.Count));
        Assert.Equal(Enumerable.Range(1, 25).Select(static one => (long)one), pages.SelectMany(
            static page => page.Numbers));
        Assert.Equal(15, rest.Sum(static page => page.Readings.Count));
        Assert.Equal([26L], Assert.Single(more).Numbers);
    }

    [Theory]
    [InlineData("TEXT", "'a' || i", Next, "'a1' is no whole or decimal number")]
    [InlineData("REAL", "i + 0.5", Next, "'1.5' is no whole or decimal number")]
    [InlineData("BLOB", "x'0102'", Next, "is no whole or decimal number")]
    [InlineData("INTEGER", "i", "SELECT * FROM t WHERE id > @LastSequence ORDER BY id DESC LIMIT @Limit", "ascending")]
    [InlineData(
        "INTEGER", "i", "SELECT * FROM t WHERE id >= @LastSequence ORDER BY id LIMIT @Limit", "ask for id >")]
    [InlineData(
        "INTEGER",
        "CASE i WHEN 2 THEN NULL ELSE i END",
        "SELECT * FROM t WHERE id > @LastSequence OR id IS NULL ORDER BY id LIMIT @Limit",
        "there is no value")]
    [InlineData("INTEGER", "i", "SELECT *, absent FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", "absent")]
    public async Task WhatCannotGoOn_IsRefusedInWordsAndGivesNone(
        string type, string number, string query, string words)
    {
        await FillAsync(type, number, 3);

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => TakenPage.TakeAsync(Make(), Item(query: query), Encoding.UTF8.GetBytes("sequence/1 1 id")));

        Assert.Equal((Fault.Misconfigured, false), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Now_BeginsBehindWhatThereIs()
    {
        await FillAsync("INTEGER PRIMARY KEY", "i", 3);
        var item = Item(new SqlSequenceSpec { Start = SqlSequenceStart.Now });

        var first = Assert.Single(await TakenPage.TakeAsync(Make(), item));
        await _file.RunAsync("INSERT INTO t VALUES (4, '2026-11-21 10:15:00', 4);");
        var next = await TakenPage.TakeAsync(Make(), item, first.Position);

        Assert.Empty(first.Readings);
        Assert.Equal([4L], Assert.Single(next).Numbers);
    }

    [Fact]
    public async Task File_Locked_IsTransientAndGoesOnFromThePosition()
    {
        await FillAsync("INTEGER PRIMARY KEY", "i", 3);
        var south = Make();
        ConnectorException fault;
        await using (await _file.LockAsync())
        {
            fault = await Assert.ThrowsAsync<ConnectorException>(() => TakenPage.TakeAsync(south, Item()));
        }

        Assert.True(fault.IsTransient);
        Assert.Equal([1L, 2L, 3L], Assert.Single(await TakenPage.TakeAsync(south, Item())).Numbers);
    }

    [Fact]
    public async Task Csv_OfASequence_HasValuesOfAnyType()
    {
        await FillAsync("INTEGER PRIMARY KEY", "i", 0);
        await _file.RunAsync("INSERT INTO t VALUES (1, 'x;y', 1.5), (2, '', x'0aff'), (3, NULL, 'z');");
        var item = new Item("line/1", new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = Next,
            Result = SqlResult.Csv,
            Csv = new SqlCsvSpec { Delimiter = ';' },
        });

        var file = Assert.Single(await TakenPage.TakeAsync(Make(), item));

        Assert.Equal("line_1-1-3.csv", file.Name);
        Assert.Equal("id;time;value\r\n1;\"x;y\";1.5\r\n2;\"\";0AFF\r\n3;;z\r\n", file.Text);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Csv_OfWindows_HasEachRowInOneFileThoughTextIsAskedForByTheDay()
    {
        await FillAsync("INTEGER PRIMARY KEY", "i", 0);
        await _file.RunAsync(
            "INSERT INTO t VALUES (1, '2026-11-21 10:15:00', 1), (2, '2026-11-21T11:59:59.999Z', 2), "
            + "(3, '2026-11-21 11:00:00', 3), (4, '2026-11-21 12:00:00', 4);");
        var item = new Item("item", new SqliteItemSettings
        {
            Query = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime ORDER BY id",
            Result = SqlResult.Csv,
            Csv = new SqlCsvSpec
            {
                Start = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero),
                HasHeader = false,
            },
        });

        var pages = await TakenPage.TakeAsync(Make(), item);

        Assert.Equal(
            [
                null, null, "item-20261121T100000Z-20261121T110000Z.csv",
                "item-20261121T110000Z-20261121T120000Z.csv",
            ],
            pages.Select(static page => page.Name),
            StringComparer.Ordinal);
        Assert.Equal("2026-11-21 10:15:00,1\r\n", pages[2].Text);
        Assert.Equal("2026-11-21T11:59:59.999Z,2\r\n2026-11-21 11:00:00,3\r\n", pages[3].Text);
    }

    [Fact]
    public async Task Test_OfWhatSettlesOrIsAWindow_ShowsIt()
    {
        await FillAsync("INTEGER PRIMARY KEY", "i", 3);
        await _file.RunAsync("UPDATE t SET time = '2026-11-21 11:30:00';");
        await using var context = new TestSouthContext(
            new TestContextOptions { Time = _clock, Folder = _folder.Path, IsTest = true });
        var south = new SqliteSouth(context, new SqliteSouthSettings { File = _file.Path });
        var windows = new SqliteItemSettings
        {
            Query = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime",
            Result = SqlResult.Csv,
            Csv = new SqlCsvSpec { Delay = TimeSpan.FromHours(2) },
        };

        var settling = await TakenPage.TakeAsync(south, Item(new SqlSequenceSpec { Settle = TimeSpan.FromHours(1) }));
        var window = await TakenPage.TakeAsync(south, new Item("item", windows));

        Assert.Equal([1L, 2L, 3L], Assert.Single(settling).Numbers);
        Assert.Equal("item-20261121T110000Z-20261121T120000Z.csv", window[^1].Name);
    }

    [Fact]
    public async Task Start_AfterAKill_RemovesTheFileThatWasLeftAndNoOther()
    {
        await File.WriteAllTextAsync(_folder.At("query-0123456789abcdef.csv"), "left");
        await File.WriteAllTextAsync(_folder.At("other.csv"), "not ours");

        await Make().StartAsync(CancellationToken.None);

        Assert.Equal([_folder.At("other.csv")], Directory.GetFiles(_folder.Path), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Rows_InTheHundredThousands_KeepMemoryFlat()
    {
        await _file.RunAsync(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, time INTEGER, value INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
            INSERT INTO t SELECT i, 1795255200 + i, i FROM n;
            """);
        var item = Item(
            rows: new RowSpec { Time = new TimestampSpec { Format = TimeFormat.UnixSeconds } });
        var (count, most) = (0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await foreach (var page in Make().QueryNextAsync(item, null, CancellationToken.None))
        {
            foreach (var reading in ((Sdk.Intakes.ReadingsContent)page.Content).Readings.ToArray())
            {
                Assert.Equal(++count, reading.Value.AsInt64());
            }

            most = count % 100_000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)) : most;
        }

        Assert.Equal(500_000, count);
        Assert.InRange(most - before, 0, 40_000_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        await _context.DisposeAsync();
        _folder.Dispose();
    }

    private static Item Item(SqlSequenceSpec? sequence = null, string query = Next, RowSpec? rows = null) => new(
        "item",
        new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = query,
            Sequence = sequence ?? new SqlSequenceSpec(),
            Rows = rows ?? new RowSpec(),
        });

    private Task FillAsync(string type, string number, int count) => _file.RunAsync(
        $"""
        CREATE TABLE t (id {type}, time TEXT, value);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO t SELECT {number}, '2026-11-21 10:15:00', i FROM n WHERE i <= {count};
        """);

    private SqliteSouth Make() => new(_context, new SqliteSouthSettings { File = _file.Path });
}
