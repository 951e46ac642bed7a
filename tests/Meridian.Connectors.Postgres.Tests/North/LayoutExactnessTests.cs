using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>Rows and position are one in every layout: a kill between, a second send, a second writer.</summary>
public sealed class LayoutExactnessTests
{
    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<NorthWay> Ways => [.. Enum.GetValues<NorthWay>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task HandleValues_BackendKilledBetween_LeavesNeitherRowsNorPosition(NorthWay way)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var north = await rig.ConnectAsync();
        await north.HandleValuesAsync(NorthRig.Numbers(0, 10), None);

        // The trigger kills its own backend at a row in the middle, after the position has moved.
        await rig.RunAsync(
            $"""
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';
            CREATE TRIGGER die BEFORE INSERT ON readings FOR EACH ROW
                WHEN (NEW.time = '{NorthRig.Time.AddSeconds(15):O}') EXECUTE FUNCTION die();
            """);
        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(NorthRig.Numbers(10, 10), None));
        var (rows, next) = (await rig.CountAsync(), await PositionAsync(rig));
        await rig.RunAsync("DROP TRIGGER die ON readings");
        await north.ConnectAsync(None);
        await north.ReadPositionsAsync(NorthRig.NorthId, None);
        await north.HandleValuesAsync(NorthRig.Numbers(10, 10), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Equal((10, "10"), (rows, next));
        Assert.Equal(20, await rig.CountAsync());
        Assert.Equal(20, await rig.AskAsync<long>("SELECT count(DISTINCT time) FROM readings"));
        Assert.Equal("20", await PositionAsync(rig));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task HandleValues_SentAgainByASecondWriter_IsStoredOnce(NorthWay way)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var first = await rig.ConnectAsync();
        var second = await rig.ConnectAsync();

        await first.HandleValuesAsync(NorthRig.Numbers(0, 10), None);
        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await second.HandleValuesAsync(NorthRig.Numbers(0, 10), None));
        await second.ConnectAsync(None);
        var position = Assert.Single(await second.ReadPositionsAsync(NorthRig.NorthId, None));
        var outcome = await second.HandleValuesAsync(NorthRig.Numbers(10, 10), None);

        Assert.True(fault.IsTransient);
        Assert.Equal("10", NorthRig.TextOf(position));
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(20, await rig.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task HandleValues_LargeBatches_AllArrive(NorthWay way)
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, way));
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(NorthRig.Numbers(0, 10_000), None);
        await north.HandleValuesAsync(NorthRig.Numbers(10_000, 10_000), None);

        Assert.Equal(20_000, await rig.CountAsync());
        Assert.Equal(20_000, await rig.AskAsync<long>("SELECT count(DISTINCT time) FROM readings"));
    }

    private static async Task<string> PositionAsync(NorthRig rig) =>
        await rig.AskAsync<string>("SELECT convert_from(token, 'UTF8') FROM meridian_cursor");
}
