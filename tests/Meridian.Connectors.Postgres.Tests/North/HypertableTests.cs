using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>
/// The statement of the hypertable. TimescaleDB cannot be had here: a function of its name and parameters, in a schema
/// of its own, stands for it, and notes what it is called with.
/// </summary>
public sealed class HypertableTests
{
    private const string FakeSql =
        """
        CREATE SCHEMA "Time's scale";
        CREATE TABLE calls (relation text, time_column text, is_calm boolean, is_unique boolean);
        GRANT ALL ON calls TO PUBLIC;
        GRANT USAGE ON SCHEMA "Time's scale" TO PUBLIC;
        CREATE FUNCTION "Time's scale".create_hypertable(
            relation regclass, time_column_name name, partitioning_column name DEFAULT NULL,
            if_not_exists boolean DEFAULT false, OUT created boolean) LANGUAGE plpgsql AS
            $$BEGIN
                IF NOT (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = relation) THEN
                    RAISE insufficient_privilege USING MESSAGE = 'must be owner of hypertable';
                END IF;
                IF EXISTS (SELECT FROM pg_stats WHERE tablename = 'filled') THEN
                    RAISE EXCEPTION SQLSTATE 'TS101' USING MESSAGE = 'table is not empty';
                END IF;
                INSERT INTO public.calls VALUES (relation::text, time_column_name, if_not_exists, EXISTS (
                    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                    WHERE i.indrelid = relation AND i.indisunique AND a.attname = time_column_name));
                created := true;
            END$$;
        -- The newer form takes a dimension: a call must say which it means.
        CREATE TYPE "Time's scale".dimension_info AS (by_range text);
        CREATE FUNCTION "Time's scale".create_hypertable(
            relation regclass, dimension "Time's scale".dimension_info, if_not_exists boolean DEFAULT false)
            RETURNS boolean LANGUAGE sql AS 'SELECT 1 / 0 = 1';
        """;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(NorthWay.Tall, false)]
    [InlineData(NorthWay.TallUpdate, true)]
    [InlineData(NorthWay.WideByTemplates, true)]
    public async Task Connect_WithTheExtension_MakesTheTableAHypertableByTime(NorthWay way, bool isUnique)
    {
        await using var rig = await NewAsync(way);
        await rig.RunAsync(FakeSql);

        var north = await rig.ConnectAsync(rig.Settings with { Table = "it's \"mine\"" });
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 5), None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(
            $"\"it's \"\"mine\"\"\"|time|true|{(isUnique ? "true" : "false")}",
            await rig.AskAsync<string>(
                "SELECT string_agg(concat_ws('|', relation, time_column, is_calm::text, is_unique::text), ' ') FROM calls"));
    }

    [Fact]
    public async Task Connect_WithoutTheExtension_SaysSoMakesNothingAndGoesOnWhenMended()
    {
        await using var rig = await NewAsync(NorthWay.Tall);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync());
        var test = await Assert.ThrowsAsync<ConnectorException>(() => rig.Make().TestConnectionAsync(None));
        var tables = await rig.AskAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        await rig.RunAsync(FakeSql);
        await rig.ConnectAsync();

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("CREATE EXTENSION timescaledb", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, test.Message);
        Assert.Equal(0, tables);
    }

    [Fact]
    public async Task Connect_TableOfAnother_SaysWhatItsOwnerRuns()
    {
        await using var rig = await NewAsync(NorthWay.Tall);
        await rig.RunAsync(FakeSql);
        await rig.ConnectAsync();
        var role = $"writer_{rig.Database}";
        await rig.RunAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'w'; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}");
        var settings = rig.Settings with { UserName = role, Password = new Secret("w") };

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(settings));
        await rig.ConnectAsync(settings with { Hypertable = false });

        Assert.Equal(Fault.Unauthorized, fault.Fault);
        Assert.Contains(
            "create_hypertable('\"public\".\"readings\"'::regclass, 'time'::name, if_not_exists => true)",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_TableWithRowsAlready_SaysHowItIsConverted()
    {
        await using var rig = await NewAsync(NorthWay.Tall);
        await rig.RunAsync(FakeSql);
        await rig.RunAsync("CREATE TABLE filled AS SELECT 1 AS one; ANALYZE filled");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync());

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("table is not empty", fault.Message, StringComparison.Ordinal);
        Assert.Contains("migrate_data => true", fault.Message, StringComparison.Ordinal);
    }

    private static Task<NorthRig> NewAsync(NorthWay way) =>
        NorthRig.NewAsync(settings => NorthRig.Of(settings, way) with { Hypertable = true });
}
