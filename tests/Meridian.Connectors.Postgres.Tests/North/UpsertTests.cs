using Meridian.Connectors.Postgres.North;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>What becomes of a reading whose point and time stand already.</summary>
public sealed class UpsertTests
{
    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<PostgresLayout> Layouts => [PostgresLayout.Tall, PostgresLayout.PerType];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task HandleValues_Off_AppendsRowsThatRepeat(PostgresLayout layout)
    {
        Assert.Equal("a:1@0,a:2@1,b:3@2,a:5@3,c:6@4", await StoreAsync(layout, PostgresUpsert.Off));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task HandleValues_Update_TheLaterTakesThePlace(PostgresLayout layout)
    {
        Assert.Equal("b:3@2,a:5@3,c:6@4", await StoreAsync(layout, PostgresUpsert.Update));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task HandleValues_Ignore_TheFirstStays(PostgresLayout layout)
    {
        Assert.Equal("a:1@0,b:3@2,c:6@4", await StoreAsync(layout, PostgresUpsert.Ignore));
    }

    [Fact]
    public async Task HandleValues_UpdateByAReplay_KeepsWhatIsFurtherOn()
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, NorthWay.TallUpdate));
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 1), Make("a", 2)]), None);
        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 1)]), None);
        var kept = await RowsAsync(rig, "value");
        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 7)], Guid.NewGuid()), None);

        Assert.Equal("a:2@1", kept);
        Assert.Equal("a:7@0", await RowsAsync(rig, "value"));
    }

    [Fact]
    public async Task HandleValues_UpdateToAnotherType_LeavesNothingOfTheOld()
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, NorthWay.PerTypeUpdate));
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 1)]), None);
        await north.HandleValuesAsync(
            NorthRig.Batch(1, [new Reading("a", NorthRig.Time, ReadingValue.From("off"), new Quality(0x8000_0000))]),
            None);

        Assert.Equal(
            "off|-|5|2147483648",
            await rig.AskAsync<string>(
                "SELECT concat_ws('|', text, COALESCE(number::text, '-'), kind, quality) FROM readings"));
    }

    [Fact]
    public async Task HandleValues_ServerRefusesAMergedDatum_RejectsAndGoesOn()
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, NorthWay.TallUpdate));
        var north = await rig.ConnectAsync();
        await rig.RunAsync("ALTER TABLE readings ADD CONSTRAINT sane CHECK (value < 5)");

        var refused = await north.HandleValuesAsync(NorthRig.Numbers(0, 10), None);
        var small = await north.HandleValuesAsync(NorthRig.Numbers(0, 5), None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, refused.Kind);
        Assert.Contains("sane", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, small);
        Assert.Equal(5, await rig.CountAsync());
    }

    /// <summary>Repeats within a batch and between two.</summary>
    private static async Task<string> StoreAsync(PostgresLayout layout, PostgresUpsert upsert)
    {
        await using var rig = await NorthRig.NewAsync(
            settings => settings with { Layout = layout, Upsert = upsert });
        var north = await rig.ConnectAsync();

        await north.HandleValuesAsync(NorthRig.Batch(0, [Make("a", 1), Make("a", 2), Make("b", 3)]), None);
        await north.HandleValuesAsync(NorthRig.Batch(3, [Make("a", 5), Make("c", 6)]), None);

        return await RowsAsync(rig, layout == PostgresLayout.Tall ? "value" : "number");
    }

    private static Reading Make(string point, double value) => new(point, NorthRig.Time, ReadingValue.From(value));

    private static Task<string> RowsAsync(NorthRig rig, string column) => rig.AskAsync<string>(
        $"SELECT string_agg(point || ':' || {column} || '@' || position, ',' ORDER BY position) FROM readings");
}
