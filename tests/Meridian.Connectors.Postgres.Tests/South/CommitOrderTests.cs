using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk.South;
using Meridian.Testing;
using Meridian.Testing.Contexts;
using Npgsql;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>
/// The trap of sequences: row 1 is numbered first and committed last. What the README says against it holds on a real
/// server; one of their own where a transaction of another test would hold rows back.
/// </summary>
public sealed class CommitOrderTests
{
    private const string Table =
        """
        CREATE TABLE t (
            id bigint GENERATED ALWAYS AS IDENTITY, time timestamptz DEFAULT now(), value int,
            tx bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint)
        """;

    private const string ById = "SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit";

    private const string ByTransaction =
        """
        SELECT tx, time, value FROM t
        WHERE tx > @LastSequence AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        ORDER BY tx LIMIT @Limit
        """;

    [Fact]
    public async Task Row_CommittedAfterAGreaterOne_IsPassedOverWithoutAnyOfTheWaysOut()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync();

        var (before, after) = await CommitInReverseAsync(rig, south, SequenceTests.Item(query: ById));

        Assert.Equal([2L], before);
        Assert.Empty(after);
    }

    [Fact]
    public async Task Row_CommittedAfterAGreaterOne_ComesByTheNumberOfItsTransaction()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = new SouthRig(server, "postgres");
        var south = await rig.ConnectAsync();
        var item = SequenceTests.Item(new SqlSequenceSpec { Column = "tx" }, ByTransaction);

        var (before, _) = await CommitInReverseAsync(rig, south, item);

        Assert.Empty(before);
        Assert.Equal([1L, 2L], await TakeAllAsync(south, item, 2));
    }

    [Fact]
    public async Task Table_ThatStood_GetsTheNumbersOfTransactionsAsTheReadmeSays()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = new SouthRig(server, "postgres");
        await rig.RunAsync(
            """
            CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, time timestamptz DEFAULT now(), value int);
            INSERT INTO t (value) SELECT n FROM generate_series(1, 5) AS n;
            """);
        await rig.RunAsync(
            """
            BEGIN;
            ALTER TABLE t ADD COLUMN tx bigint;
            UPDATE t SET tx = id - (SELECT max(id) FROM t) - 1;
            ALTER TABLE t ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint, ALTER COLUMN tx SET NOT NULL;
            COMMIT;
            """);
        await rig.RunAsync("INSERT INTO t (value) VALUES (6)");
        var south = await rig.ConnectAsync();
        var item = SequenceTests.Item(new SqlSequenceSpec { Column = "tx", Limit = 2 }, ByTransaction);

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], await TakeAllAsync(south, item, 6));
    }

    [Fact]
    public async Task Row_CommittedWithinTheSettleTime_ComesInItsPlace()
    {
        await using var rig = await SouthRig.NewAsync();
        var clock = new ManualTimeProvider();
        await using var context = new TestSouthContext(new TestContextOptions { Time = clock });
        var south = await rig.ConnectAsync(context: context);
        var item = SequenceTests.Item(new SqlSequenceSpec { Settle = TimeSpan.FromSeconds(10) }, ById);

        var (before, soon) = await CommitInReverseAsync(rig, south, item);
        clock.Advance(TimeSpan.FromSeconds(10));
        await rig.RunAsync("INSERT INTO t (value) VALUES (3)");
        var later = await TakenPage.TakeAsync(south, item);
        var position = Assert.Single(later).Position;
        var third = await TakenPage.TakeAsync(south, item, position);
        clock.Advance(TimeSpan.FromSeconds(10));
        var last = await TakenPage.TakeAsync(south, item, position);

        Assert.Empty(before);
        Assert.Empty(soon);
        Assert.Equal([1L, 2L], later[0].Numbers);
        Assert.Empty(third);
        Assert.Equal([3L], Assert.Single(last).Numbers);
    }

    [Fact]
    public async Task Settle_OfManyRows_TakesThemPageByPageUpToWhatWasSeen()
    {
        await using var rig = await SouthRig.NewAsync();
        var clock = new ManualTimeProvider();
        await using var context = new TestSouthContext(new TestContextOptions { Time = clock });
        var south = await rig.ConnectAsync(context: context);
        await rig.RunAsync(Table + "; INSERT INTO t (value) SELECT n FROM generate_series(1, 25) AS n");
        var item = SequenceTests.Item(new SqlSequenceSpec { Settle = TimeSpan.FromSeconds(1), Limit = 10 }, ById);
        var (taken, position) = (new List<long>(), (ReadOnlyMemory<byte>?)null);

        // Each round sees ten or so and takes those of the round before.
        for (var round = 0; round < 5; round++)
        {
            foreach (var page in await TakenPage.TakeAsync(south, item, position))
            {
                taken.AddRange(page.Numbers);
                position = page.Position;
            }

            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(static number => (long)number), taken);
    }

    /// <summary>Row 1 is inserted, row 2 inserted and committed, asked; row 1 committed, asked again.</summary>
    private static async Task<(List<long> Before, List<long> After)> CommitInReverseAsync(
        SouthRig rig, IQueriesNext south, Item item)
    {
        await rig.RunAsync(Table);
        await using var slow = new NpgsqlConnection(rig.Server.ConnectionStringOf(rig.Database));
        await slow.OpenAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO t (value) VALUES (1)", slow, transaction))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await rig.RunAsync("INSERT INTO t (value) VALUES (2)");
        var before = await TakenPage.TakeAsync(south, item);
        await transaction.CommitAsync();
        var position = before.Count > 0 ? before[^1].Position : (ReadOnlyMemory<byte>?)null;
        var after = await TakenPage.TakeAsync(south, item, position);
        return (Numbers(before), Numbers(after));
    }

    /// <summary>Asks until so many have come: the server's own upkeep holds transactions back, too.</summary>
    private static async Task<List<long>> TakeAllAsync(IQueriesNext south, Item item, int count)
    {
        var (taken, position) = (new List<long>(), (ReadOnlyMemory<byte>?)null);
        await Deadline.UntilAsync(
            async () =>
            {
                foreach (var page in await TakenPage.TakeAsync(south, item, position))
                {
                    taken.AddRange(page.Numbers);
                    position = page.Position;
                }

                return taken.Count >= count;
            },
            $"{count} rows have come");
        return taken;
    }

    private static List<long> Numbers(IEnumerable<TakenPage> pages) =>
        [.. pages.SelectMany(static page => page.Numbers)];
}
