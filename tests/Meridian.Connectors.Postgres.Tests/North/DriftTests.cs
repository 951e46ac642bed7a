using Meridian.Connectors.Postgres.North;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>
/// A table that changes under the North: it is said with the way out, nothing goes to quarantine for it, and the North
/// goes on by itself when it is mended.
/// </summary>
public sealed class DriftTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(
        NorthWay.Tall, "ALTER TABLE readings DROP COLUMN value", "Column 'value' (double precision) is missing.")]
    [InlineData(
        NorthWay.TallUpdate, "ALTER TABLE readings DROP COLUMN value", "Column 'value' (double precision) is missing.")]
    [InlineData(NorthWay.PerType, "ALTER TABLE readings DROP COLUMN json", "Column 'json' (jsonb) is missing.")]
    [InlineData(
        NorthWay.Wide,
        "ALTER TABLE readings DROP COLUMN temperature",
        "Column 'temperature' (double precision) is missing.")]
    [InlineData(
        NorthWay.Tall,
        "ALTER TABLE readings ALTER value TYPE real",
        "Column 'value' is real and must be double precision.")]
    [InlineData(
        NorthWay.TallIgnore,
        "ALTER TABLE readings ALTER value TYPE real",
        "Column 'value' is real and must be double precision.")]
    [InlineData(
        NorthWay.Wide,
        "ALTER TABLE readings ALTER temperature TYPE numeric(3, 2)",
        "Column 'temperature' is numeric and must be double precision.")]
    [InlineData(
        NorthWay.Tall,
        "ALTER TABLE readings ADD plant text NOT NULL",
        "Column 'plant' is NOT NULL without a default, and nothing here fills it.")]
    [InlineData(
        NorthWay.WideByTemplates,
        "ALTER TABLE readings ADD plant text NOT NULL",
        "Column 'plant' is NOT NULL without a default, and nothing here fills it.")]
    [InlineData(
        NorthWay.PerTypeUpdate,
        "ALTER TABLE readings ALTER bytes SET NOT NULL",
        "Column 'bytes' is NOT NULL, and not every row fills it.")]
    public async Task HandleValues_ColumnsChangedMeanwhile_SaysSoAndGoesOnWhenMended(
        NorthWay way, string change, string expected)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var north = await rig.ConnectAsync();
        await rig.RunAsync(change);

        var running = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(0, 30), None));
        var connecting = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(None));
        Assert.Equal(0, await rig.CountAsync());
        await rig.RunAsync(MendOf(running));
        await north.ConnectAsync(None);

        Assert.Equal((Fault.Misconfigured, true), (running.Fault, running.IsTransient));
        Assert.Equal(running.Message, connecting.Message);
        Assert.Contains(expected, running.Message, StringComparison.Ordinal);
        Assert.Empty(await north.ReadPositionsAsync(NorthRig.NorthId, None));
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 30), None));
        Assert.Equal(30, await rig.CountAsync());
    }

    [Theory]
    [InlineData(NorthWay.Tall, "readings")]
    [InlineData(NorthWay.TallUpdate, "readings")]
    [InlineData(NorthWay.PerType, "readings")]
    [InlineData(NorthWay.Wide, "readings")]
    [InlineData(NorthWay.Wide, "meridian_cursor")]
    public async Task HandleValues_TableDroppedMeanwhile_IsTransientAndConnectMakesItAgain(NorthWay way, string table)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var north = await rig.ConnectAsync();
        await rig.RunAsync($"DROP TABLE {table}");

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
        await north.ConnectAsync(None);

        Assert.True(fault.IsTransient);
        Assert.Contains($"table '{table}' of schema 'public' is gone", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
    }

    [Theory]
    [InlineData(NorthWay.TallUpdate, "point, time")]
    [InlineData(NorthWay.PerTypeUpdate, "point, time")]
    [InlineData(NorthWay.Wide, "time")]
    [InlineData(NorthWay.WideByTemplates, "key, time")]
    public async Task HandleValues_UniqueIndexDropped_SaysSoAndGoesOnWhenMended(NorthWay way, string columns)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var north = await rig.ConnectAsync();
        var index = await rig.AskAsync<string>("SELECT indexname::text FROM pg_indexes WHERE tablename = 'readings'");

        // Neither a partial one nor one of more will do.
        await rig.RunAsync(
            $"""
            DROP INDEX {index};
            CREATE UNIQUE INDEX ON readings ({columns}) WHERE time > '2000-01-01';
            CREATE UNIQUE INDEX ON readings ({columns}, (time < '2000-01-01'));
            """);

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
        await rig.RunAsync(MendOf(fault));
        await north.ConnectAsync(None);

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"No unique index of ({columns}) is there", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
    }

    [Fact]
    public async Task Connect_UpsertOnATableThatWasAppendedTo_AsksForTheIndex()
    {
        await using var rig = await NorthRig.NewAsync();
        await rig.ConnectAsync();
        var settings = NorthRig.Of(rig.Settings, NorthWay.TallUpdate);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(settings));
        await rig.RunAsync(MendOf(fault));

        await rig.ConnectAsync(settings);
    }

    [Theory]
    [InlineData(NorthWay.Tall, "INSERT ON readings")]
    [InlineData(NorthWay.TallUpdate, "UPDATE ON readings")]
    [InlineData(NorthWay.Wide, "SELECT ON readings")]
    [InlineData(NorthWay.Wide, "UPDATE ON meridian_cursor")]
    public async Task HandleValues_RightTakenMeanwhile_NamesTheGrantThatHelps(NorthWay way, string right)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        await rig.ConnectAsync();
        var role = $"writer_{rig.Database}";
        await rig.RunAsync(
            $"""
            CREATE ROLE {role} LOGIN PASSWORD 'w';
            REVOKE TEMPORARY ON DATABASE {rig.Database} FROM PUBLIC;
            """);
        var settings = rig.Settings with { UserName = role, Password = new Secret("w") };
        var atConnect = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(settings));
        await rig.RunAsync(GrantsOf(atConnect));
        var north = await rig.ConnectAsync(settings);
        await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);
        await rig.RunAsync($"REVOKE {right} FROM {role}");

        var running = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(3, 3), None));
        await rig.RunAsync(GrantsOf(running));

        Assert.Equal((Fault.Unauthorized, true), (running.Fault, running.IsTransient));
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(3, 3), None));
        Assert.Equal(6, await rig.CountAsync());
    }

    [Fact]
    public async Task Connect_TypesOfThePlantsOwn_AreSaidAtOnce()
    {
        await using var rig = await NorthRig.NewAsync(settings => settings with
        {
            Layout = PostgresLayout.Wide,
            Columns =
            [
                new() { Point = "a", Column = "a" },
                new() { Point = "b", Column = "b", Type = PostgresColumnType.Json },
                new() { Point = "c", Column = "c", Type = PostgresColumnType.Text },
            ],
        });
        await rig.RunAsync(
            "CREATE TABLE readings (time timestamptz PRIMARY KEY, a bigint, b json, c varchar(9), d int)");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync());

        Assert.Contains(
            "Column 'a' is bigint and must be double precision. Column 'b' is json and must be jsonb. Let",
            fault.Message,
            StringComparison.Ordinal);
    }

    private static string MendOf(ConnectorException fault)
    {
        const string Before = "Let its owner run: ";
        var begin = fault.Message.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return fault.Message[begin..fault.Message.IndexOf(" Or let", begin, StringComparison.Ordinal)];
    }

    private static string GrantsOf(ConnectorException fault) =>
        fault.Message[fault.Message.IndexOf("GRANT", StringComparison.Ordinal)..];
}
