using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing.Contexts;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Simulation;

public sealed class SimulatedNorthTests
{
    [Fact]
    public async Task AtLeastOnce_WithALostAnswer_StoresTheBatchTwice()
    {
        var destination = new SimulatedNorth();
        using var context = new TestNorthContext();
        var north = await ConnectAsync(destination, context);
        destination.Script.Next(SimulatedCall.HandleValues, SimulatedDeed.LoseAnswer("Cut."));

        await Assert.ThrowsAsync<ConnectorException>(() => DeliverAsync(north, 3));
        await DeliverAsync(north, 3);

        Assert.Equal([0, 1, 2, 0, 1, 2], destination.Positions);
        Assert.IsNotAssignableFrom<IKeepsOwnCursor>(north);
        await north.DisconnectAsync(CancellationToken.None);
    }

    [Fact]
    public async Task ExactlyOnce_WithALostAnswer_TellsThatItHasTheBatch()
    {
        var destination = new SimulatedNorth(DeliveryGuarantee.ExactlyOnce);
        using var context = new TestNorthContext();
        var north = await ConnectAsync(destination, context);
        destination.Script.Next(SimulatedCall.HandleValues, SimulatedDeed.LoseAnswer("Cut."));

        await Assert.ThrowsAsync<ConnectorException>(() => DeliverAsync(north, 3));
        var positions = await ((IKeepsOwnCursor)north).ReadPositionsAsync("north", CancellationToken.None);

        Assert.Equal([0, 1, 2], destination.Positions);
        Assert.Equal([3], Assert.Single(positions).Token.ToArray());
        await north.DisconnectAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Refuses_SomeReadings_StoresTheOthersOrNothingByItsGuarantee()
    {
        var loose = new SimulatedNorth { Refuses = Odd };
        var strict = new SimulatedNorth(DeliveryGuarantee.ExactlyOnce) { Refuses = Odd };
        using var context = new TestNorthContext();

        var stored = await DeliverAsync(await ConnectAsync(loose, context), 3);
        var refused = await DeliverAsync(await ConnectAsync(strict, context), 3);

        Assert.Equal(DeliveryOutcomeKind.Delivered, stored.Kind);
        Assert.Equal([0, 2], loose.Positions);
        Assert.Equal(DeliveryOutcomeKind.Rejected, refused.Kind);
        Assert.Empty(strict.Positions);
        Assert.Equal([new Rejection(1, "It is odd.")], refused.Rejections!);

        static string? Odd(Reading reading) => reading.Value.AsInt64() % 2 == 1 ? "It is odd." : null;
    }

    [Fact]
    public async Task Block_UntilUnblocked_HoldsADelivery()
    {
        var destination = new SimulatedNorth { IsRecording = false };
        using var context = new TestNorthContext();
        var north = await ConnectAsync(destination, context);
        destination.Block();

        var delivery = DeliverAsync(north, 3);
        Assert.False(delivery.IsCompleted);
        destination.Unblock();

        Assert.Equal(DeliveryOutcome.Delivered, await delivery);
        Assert.Equal(3, destination.ReadingCount);
        Assert.Empty(destination.Readings);
    }

    [Fact]
    public async Task Vanish_WhileADeliveryIsHeld_FailsIt()
    {
        var destination = new SimulatedNorth();
        using var context = new TestNorthContext();
        var north = await ConnectAsync(destination, context);
        destination.Block();
        var delivery = DeliverAsync(north, 3);

        destination.Vanish();

        var lost = await Assert.ThrowsAsync<ConnectorException>(() => delivery);
        Assert.Equal(Fault.Unreachable, lost.Fault);
        Assert.True(await context.UntilAsync(() => context.Losses.Count == 1, TimeSpan.FromSeconds(10)));
    }

    private static async Task<INorth> ConnectAsync(SimulatedNorth destination, TestNorthContext context)
    {
        var north = destination.Manifest.Create(context, new SimulatedNorthSettings());
        await north.ConnectAsync(CancellationToken.None);
        return north;
    }

    private static Task<DeliveryOutcome> DeliverAsync(INorth north, int count)
    {
        var readings = Enumerable.Range(0, count)
            .Select(static n => new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From((long)n))).ToArray();
        var positions = Enumerable.Range(0, count).Select(static n => (long)n).ToArray();
        var cursor = new DeliveryPosition(Guid.Empty, "north", new[] { (byte)count });
        return ((IHandlesValues)north)
            .HandleValuesAsync(new ValuesBatch(Guid.Empty, readings, positions, cursor), CancellationToken.None)
            .AsTask();
    }
}
