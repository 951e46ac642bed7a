using System.Diagnostics.CodeAnalysis;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Npgsql;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>What goes wrong, in words, and that nothing is lost or stored twice by it.</summary>
public sealed class PostgresNorthFaultsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Connect_TableOfAnotherShape_SaysEveryMisfit()
    {
        await using var rig = await NorthRig.NewAsync();
        await rig.RunAsync(
            """
            CREATE TABLE readings (time timestamp NOT NULL, point varchar(40) NOT NULL, value real, text text,
                bytes bytea, quality bigint, position bigint, journal uuid, plant text NOT NULL, line int DEFAULT 1)
            """);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync());

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(
            "Column 'time' is timestamp without time zone and must be timestamp with time zone. "
            + "Column 'value' is real and must be double precision. Column 'kind' (smallint) is missing. "
            + "Column 'plant' is NOT NULL without a default, and nothing here fills it.",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WithoutRights_NamesTheGrantThatHelps()
    {
        await using var rig = await NorthRig.NewAsync();
        var role = $"writer_{rig.Database}";
        await rig.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'w'");
        var settings = rig.Settings with { UserName = role, Password = new Secret("w") };

        var mayNotMake = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(settings));
        var mayNotMakeTest = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.Make(settings).TestConnectionAsync(None));
        await rig.ConnectAsync();
        var mayNotWrite = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(settings));
        var grants = mayNotWrite.Message[mayNotWrite.Message.IndexOf("GRANT", StringComparison.Ordinal)..];
        await rig.RunAsync(grants);
        var north = await rig.ConnectAsync(settings);

        Assert.Equal(Fault.Unauthorized, mayNotMake.Fault);
        Assert.Equal(mayNotMake.Message, mayNotMakeTest.Message);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
    }

    [Theory]
    [InlineData("LOCK TABLE readings IN ACCESS EXCLUSIVE MODE")]
    [InlineData("LOCK TABLE meridian_cursor IN ACCESS EXCLUSIVE MODE")]
    public async Task HandleValues_SomebodyHoldsTheTable_TimesOutAndIsStoredOnceLater(string lockSql)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { CommandTimeout = TimeSpan.FromSeconds(1) });
        await using var other = new NpgsqlConnection(rig.Server.ConnectionStringOf(rig.Database));
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, lockSql);

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None).AsTask()
                .WaitAsync(Deadline.Default, TimeProvider.System));
        await transaction.RollbackAsync();
        await north.ConnectAsync(None);
        await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer for longer than 1 s", fault.Message, StringComparison.Ordinal);
        Assert.Contains("locks, or raise settings.commandTimeout", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, await rig.CountAsync());
    }

    [Fact]
    public async Task HandleValues_ServerHangsInTheCopy_TimesOutAndIsStoredOnceLater()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { CommandTimeout = TimeSpan.FromSeconds(1) });
        await rig.RunAsync(
            """
            CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
            CREATE TRIGGER hang BEFORE INSERT ON readings FOR EACH ROW EXECUTE FUNCTION hang();
            """);

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None).AsTask()
                .WaitAsync(Deadline.Default, TimeProvider.System));
        await rig.RunAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            + "AND pid <> pg_backend_pid(); DROP TRIGGER hang ON readings");
        await north.ConnectAsync(None);
        await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("raise settings.commandTimeout", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, await rig.CountAsync());
    }

    [Fact]
    public async Task HandleValues_CancelledInTheCopy_StoresNothingAndCanConnectAgain()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        await using var other = new NpgsqlConnection(rig.Server.ConnectionStringOf(rig.Database));
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "LOCK TABLE readings IN ACCESS EXCLUSIVE MODE");
        using var stop = new CancellationTokenSource();

        var storing = north.HandleValuesAsync(NorthRig.Numbers(0, 20_000), stop.Token).AsTask();
        await Deadline.UntilAsync(
            () => rig.AskAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"),
            "the copy waits for the lock");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => storing.WaitAsync(Deadline.Default, TimeProvider.System));
        await transaction.RollbackAsync();
        await north.ConnectAsync(None);

        Assert.Empty(await north.ReadPositionsAsync(NorthRig.NorthId, None));
        Assert.Equal(0, await rig.CountAsync());
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The tests write the SQL.")]
    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
