using System.Text;
using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>Rows come once each, in the order of a column that grows.</summary>
public sealed class SequenceTests
{
    private const string Next = "SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit";

    [Theory]
    [InlineData("smallint", "n")]
    [InlineData("integer", "n")]
    [InlineData("bigint", "9223372036854775000 + n")]
    [InlineData("bigint", "n - 5")]
    [InlineData("numeric", "n")]
    [InlineData("numeric(12,2)", "n + 0.25")]
    [InlineData("numeric", "9223372036854775808 + n")]
    public async Task Rows_OfAnyNumber_ComeOnceInOrder(string type, string number)
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 25, type, number);
        var south = await rig.ConnectAsync();
        var item = Item(new SqlSequenceSpec { Limit = 10 });

        var pages = await TakenPage.TakeAsync(south, item);

        Assert.Equal([10, 10, 5], pages.Select(static page => page.Readings.Count));
        Assert.Equal(Numbers(1, 25), pages.SelectMany(static page => page.Numbers));
        for (var page = 0; page < pages.Count; page++)
        {
            var rest = await TakenPage.TakeAsync(south, item, pages[page].Position);
            Assert.Equal(pages.Skip(page + 1).SelectMany(static one => one.Numbers), rest.SelectMany(
                static one => one.Numbers));
        }
    }

    [Theory]
    [InlineData("uuid", "gen_random_uuid()", "no uuid")]
    [InlineData("text", "n::text", "no uuid and no text")]
    [InlineData("timestamptz", "now()", "no uuid and no text")]
    [InlineData("double precision", "n", "'1' is no whole or decimal number")]
    [InlineData("numeric", "'NaN'", "is no whole or decimal number")]
    public async Task Column_OfAnotherType_IsRefusedInWords(string type, string number, string words)
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 1, type, number);

        await RefusedAsync(rig, Item(), words);
    }

    [Theory]
    [InlineData("SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id DESC LIMIT @Limit", "ascending")]
    [InlineData("SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY value % 2 LIMIT @Limit", "ascending")]
    [InlineData("SELECT id, time, value FROM t WHERE id >= @LastSequence ORDER BY id LIMIT @Limit", "ask for id >")]
    [InlineData(
        "SELECT NULLIF(id, 2) AS id, time, value FROM t WHERE id > @LastSequence ORDER BY t.id LIMIT @Limit",
        "Row 1, column 'id': there is no value")]
    [InlineData("SELECT time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", "no column 'id'")]
    [InlineData("SELECT id, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit", "no column 'time'")]
    [InlineData("SELECT * FROM absent WHERE id > @LastSequence ORDER BY id LIMIT @Limit", "Check the names")]
    public async Task Query_ThatCouldPassOverRows_IsRefusedAndGivesNone(string query, string words)
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 4);

        await RefusedAsync(rig, Item(query: query), words, "sequence/1 1 id");
    }

    [Fact]
    public async Task Rows_OfOneValue_GoTogether()
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 8, "int", "(n + 1) / 2");
        var south = await rig.ConnectAsync();

        var pages = await TakenPage.TakeAsync(south, Item(new SqlSequenceSpec { Limit = 3 }));

        Assert.Equal([2, 2, 2, 2], pages.Select(static page => page.Readings.Count));
        Assert.Equal(Numbers(1, 8), pages.SelectMany(static page => page.Numbers).Order());
    }

    [Fact]
    public async Task Rows_OfOneValueBeyondTheLimit_AreRefused()
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 4, "int", "7");

        await RefusedAsync(rig, Item(new SqlSequenceSpec { Limit = 3 }), "Raise sequence.limit");
    }

    [Fact]
    public async Task Page_OfManyReadings_IsCutBetweenValues()
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 10);
        var south = await rig.ConnectAsync(nextLimits: new SqlNextLimits { MaxReadings = 5 });
        var item = Item(
            query: "SELECT id, time, value AS a, -value AS b FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
            rows: new RowSpec { Layout = RowLayout.Wide });

        var pages = await TakenPage.TakeAsync(south, item);

        // The number of a row is no point of it.
        Assert.All(pages, static page => Assert.Equal(
            ["item/a", "item/b", "item/a", "item/b"], page.Readings.Select(static one => one.Point),
            StringComparer.Ordinal));
        Assert.Equal(5, pages.Count);
    }

    [Fact]
    public async Task Start_Now_BeginsBehindWhatThereIsAndLosesNothingAfterIt()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync("CREATE TABLE t (\"Id\" int, time timestamptz, value int)");
        var south = await rig.ConnectAsync();
        var item = Item(
            new SqlSequenceSpec { Column = "id", Start = SqlSequenceStart.Now },
            "SELECT \"Id\", time, value FROM t WHERE \"Id\" > @LastSequence ORDER BY \"Id\" LIMIT @Limit");

        var empty = await TakenPage.TakeAsync(south, item);
        await rig.RunAsync("INSERT INTO t SELECT n, now(), n FROM generate_series(1, 3) AS n");
        var after = await TakenPage.TakeAsync(south, item, empty[0].Position);
        var full = await TakenPage.TakeAsync(south, item);

        Assert.Empty(Assert.Single(empty).Readings);
        Assert.Equal(Numbers(1, 3), Assert.Single(after).Numbers);
        Assert.Empty(Assert.Single(full).Readings);
        Assert.Equal("sequence/1 3 id", Encoding.UTF8.GetString(full[0].Position.Span));
    }

    [Fact]
    public async Task Row_ThatDoesNotDecode_IsKeptAndCountedAndThePositionGoesOn()
    {
        await using var rig = await SouthRig.NewAsync();
        await rig.RunAsync(
            "CREATE TABLE t (id int, time timestamptz, value numeric); "
            + "INSERT INTO t VALUES (1, NULL, 1), (2, now(), 'NaN'), (3, now(), 3)");
        var south = await rig.ConnectAsync();

        var page = Assert.Single(await TakenPage.TakeAsync(south, Item()));

        Assert.Equal([Quality.BadDecoding, Quality.Good], page.Readings.Select(static one => one.Quality));
        Assert.Equal(2, rig.Context.UndecodedCount);
        Assert.Contains("column 'time'", rig.Context.UndecodedReasons["item"], StringComparison.Ordinal);
        Assert.Equal("sequence/1 3 id", Encoding.UTF8.GetString(page.Position.Span));
    }

    [Fact]
    public async Task Server_Restarts_IsTransientAndGoesOnFromThePosition()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = new SouthRig(server, "postgres");
        await FillAsync(rig, 5);
        var south = await rig.ConnectAsync();
        var before = await TakenPage.TakeAsync(south, Item());
        await server.StopAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => TakenPage.TakeAsync(south, Item(), before[^1].Position));
        await server.StartAgainAsync();
        await rig.RunAsync("INSERT INTO t SELECT n, now(), n FROM generate_series(6, 8) AS n");
        await south.ConnectAsync(CancellationToken.None);
        var after = await TakenPage.TakeAsync(south, Item(), before[^1].Position);

        Assert.True(fault.IsTransient);
        Assert.Equal(Numbers(6, 8), Assert.Single(after).Numbers);
    }

    [Theory]
    [InlineData("window/1 2026-11-21T10:00:00.0000000Z")]
    [InlineData("sequence/9 4")]
    [InlineData("sequence/1 four id")]
    [InlineData("sequence/1 4 tx")]
    [InlineData("sequence/1 4")]
    public async Task Position_OfAnotherMode_IsRefusedAndNothingBeginsAnew(string position)
    {
        await using var rig = await SouthRig.NewAsync();
        await FillAsync(rig, 4);

        await RefusedAsync(rig, Item(), "give it another name", position);
    }

    [Theory]
    [InlineData("SELECT id FROM t WHERE id > @LastSequence ORDER BY id", "has no @Limit")]
    [InlineData("SELECT id FROM t ORDER BY id LIMIT @Limit", "has no @LastSequence")]
    [InlineData("SELECT id FROM t WHERE id > @LastSequence LIMIT @Limit -- ORDER BY id", "has no ORDER BY")]
    [InlineData("SELECT id, 'ORDER BY' FROM t WHERE id > @LastSequence LIMIT @Limit", "has no ORDER BY")]
    [InlineData(
        "SELECT * FROM (SELECT * FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit) AS x WHERE ok ORDER BY id",
        "@Limit stands within parentheses")]
    [InlineData(
        "SELECT id, rank() OVER (ORDER BY id) FROM t WHERE id > @LastSequence LIMIT @Limit", "has no ORDER BY")]
    [InlineData(Next + " OFFSET @StartTime", "has @StartTime; only @LastSequence and @Limit")]
    public void Check_QueryThatCannotGoOn_SaysSoAtItsPlace(string query, string words)
    {
        var problem = Assert.Single(SqlItems.FindProblems([Item(query: query)]));

        Assert.Equal("items[0].query", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhatGoesOn_HasNoProblem()
    {
        Assert.Empty(SqlItems.FindProblems([Item(query: Next.ToUpperInvariant() + ";")]));
        Assert.Equal(SouthCapabilities.Next, SqlItems.CapabilityOf(Item().Settings));
        Assert.False(SqlItems.GivesFiles(Item().Settings));
    }

    internal static Item Item(SqlSequenceSpec? sequence = null, string query = Next, RowSpec? rows = null) =>
        new("item", new PostgresItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = query,
            Sequence = sequence ?? new SqlSequenceSpec(),
            Rows = rows ?? new RowSpec(),
        });

    private static IEnumerable<long> Numbers(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(static number => (long)number);

    private static Task FillAsync(SouthRig rig, int count, string type = "int", string number = "n") => rig.RunAsync(
        $"CREATE TABLE t (id {type}, time timestamptz, value int); "
        + $"INSERT INTO t SELECT {number}, now(), n FROM generate_series(1, {count}) AS n");

    private static async Task RefusedAsync(SouthRig rig, Item item, string words, string? position = null)
    {
        var south = await rig.ConnectAsync();
        var from = position is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(position);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => TakenPage.TakeAsync(south, item, from));

        Assert.Equal((Fault.Misconfigured, false), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.True((await south.TestConnectionAsync(CancellationToken.None)).Count > 0);
        await Assert.ThrowsAsync<ConnectorException>(() => TakenPage.TakeAsync(south, item, from));
    }
}
