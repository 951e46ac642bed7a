using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Npgsql;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>Rows and position are one: crashes, kills and second writers leave each row once.</summary>
public sealed class PostgresNorthExactnessTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task HandleValues_BackendKilledBetween_LeavesNeitherRowsNorPosition()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        await north.HandleValuesAsync(NorthRig.Numbers(0, 10), None);

        // The trigger kills its own backend at the row in the middle of the copy, after the position has moved.
        await rig.RunAsync(
            """
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';
            CREATE TRIGGER die BEFORE INSERT ON readings FOR EACH ROW WHEN (NEW.position = 15) EXECUTE FUNCTION die();
            """);
        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(10, 10), None));
        await rig.RunAsync("DROP TRIGGER die ON readings");
        await north.ConnectAsync(None);
        var position = Assert.Single(await north.ReadPositionsAsync(NorthRig.NorthId, None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Equal("10", NorthRig.TextOf(position));
        Assert.Equal(10, await rig.CountAsync());
    }

    [Fact]
    public async Task HandleValues_TwoWriters_TheSecondStoresNothing()
    {
        await using var rig = await NorthRig.NewAsync();
        var first = await rig.ConnectAsync();
        var second = await rig.ConnectAsync();

        await first.HandleValuesAsync(NorthRig.Numbers(0, 10), None);
        var beforeFirst = await Assert.ThrowsAsync<ConnectorException>(
            async () => await second.HandleValuesAsync(NorthRig.Numbers(0, 10), None));
        await second.ConnectAsync(None);
        await second.ReadPositionsAsync(NorthRig.NorthId, None);
        await second.HandleValuesAsync(NorthRig.Numbers(10, 10), None);
        var later = await Assert.ThrowsAsync<ConnectorException>(
            async () => await first.HandleValuesAsync(NorthRig.Numbers(10, 5), None));

        Assert.True(beforeFirst.IsTransient);
        Assert.Contains("another writer", later.Message, StringComparison.Ordinal);
        Assert.Equal(20, await rig.CountAsync());
        Assert.Equal("20", NorthRig.TextOf(Assert.Single(await second.ReadPositionsAsync(NorthRig.NorthId, None))));
    }

    [Fact]
    public async Task HandleValues_TwoWritersAtOnce_EachPositionOnce()
    {
        await using var rig = await NorthRig.NewAsync();
        const int Total = 3_000;

        await Task.WhenAll(WriteAllAsync(rig, Total), WriteAllAsync(rig, Total));

        Assert.Equal(Total, await rig.CountAsync());
        Assert.Equal(Total, await rig.AskAsync<long>("SELECT count(DISTINCT position) FROM readings"));
    }

    [Fact]
    public async Task ReadPositions_CommitStillUnderWay_WaitsForItsOutcome()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        await north.HandleValuesAsync(NorthRig.Numbers(0, 10), None);
        await using var other = new NpgsqlConnection(rig.Server.ConnectionStringOf(rig.Database));
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var move = new NpgsqlCommand("UPDATE meridian_cursor SET token = '77'", other);
        await move.ExecuteNonQueryAsync();

        var reading = north.ReadPositionsAsync(NorthRig.NorthId, None).AsTask();
        await Deadline.UntilAsync(
            () => rig.AskAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"),
            "the reader waits for the commit");
        await transaction.CommitAsync();

        Assert.Equal("77", NorthRig.TextOf(Assert.Single(await reading)));
    }

    [Fact]
    public async Task Connect_ServerAnswersBeforeItIsDurable_IsToldOtherwise()
    {
        await using var rig = await NorthRig.NewAsync();
        await rig.RunAsync($"ALTER DATABASE {rig.Database} SET synchronous_commit = off");
        var north = await rig.ConnectAsync();
        await rig.RunAsync(
            """
            CREATE TABLE seen AS SELECT ''::text AS setting;
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN UPDATE seen SET setting = current_setting(''synchronous_commit''); RETURN NEW; END';
            CREATE TRIGGER look BEFORE INSERT ON readings FOR EACH ROW EXECUTE FUNCTION look();
            """);

        await north.HandleValuesAsync(NorthRig.Numbers(0, 1), None);

        Assert.Equal("on", await rig.AskAsync<string>("SELECT setting FROM seen"));
    }

    [Fact]
    public async Task HandleValues_ServerStoppedAndKilledUnderLoad_EachPositionOnce()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = new NorthRig(server, await server.CreateDatabaseAsync());
        const int Total = 60_000;
        var stored = new TaskCompletionSource();
        var writing = WriteAllAsync(rig, Total, next =>
        {
            if (next > Total / 10)
            {
                stored.TrySetResult();
            }
        });

        await stored.Task.WaitAsync(Deadline.Default, TimeProvider.System);
        await server.StopAsync();
        await server.StartAgainAsync();
        await server.KillAsync();
        await server.StartAgainAsync();
        await writing.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);

        Assert.Equal(Total, await rig.CountAsync());
        Assert.Equal(Total, await rig.AskAsync<long>("SELECT count(DISTINCT position) FROM readings"));
    }

    /// <summary>What the engine does, in small: on from where the destination says, again after a fault.</summary>
    private static async Task WriteAllAsync(NorthRig rig, int total, Action<long>? onStored = null)
    {
        var north = rig.Make();
        var next = -1L;
        while (next < total)
        {
            try
            {
                if (next < 0)
                {
                    await north.ConnectAsync(None);
                    var positions = await north.ReadPositionsAsync(NorthRig.NorthId, None);
                    next = positions.Count == 0 ? 0 : long.Parse(NorthRig.TextOf(positions[0]), null);
                    continue;
                }

                var count = (int)Math.Min(100, total - next);
                Assert.Equal(
                    DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(next, count), None));
                next += count;
                onStored?.Invoke(next);
            }
            catch (ConnectorException fault) when (fault.IsTransient)
            {
                next = -1;
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }
}
