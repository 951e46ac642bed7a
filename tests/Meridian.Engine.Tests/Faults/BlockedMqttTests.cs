using Meridian.Mqtt.Testing;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// An MQTT North whose broker takes nothing for ten minutes of the clock that gateway and broker share. The memory of
/// the process is measured, so nothing else runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(BlockedMqttTests), DisableParallelization = true)]
[Collection(nameof(BlockedMqttTests))]
public sealed class BlockedMqttTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1.25);

    private const int StepsOfTenMinutes = 480;
    private const int StepsOfPressing = 120;
    private const long MostMoreBytes = 2_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task North_BlockedForTenMinutes_HoldsUpNobodyElseAndLosesNothing(bool brokerReads)
    {
        await using var plant = new BlockedPlant();
        await plant.StartAsync();
        var fault = Block(plant.Broker, brokerReads);
        var before = 0L;
        for (var step = 1; step <= StepsOfTenMinutes; step++)
        {
            if (step <= StepsOfPressing)
            {
                plant.Press(messages: 50);
            }

            plant.GiveFree(step % 120 < 40 ? 5 : 0);
            plant.Gateway.Clock.Advance(Step);
            await CheckStepAsync(plant, brokerReads);
            before = step == StepsOfPressing ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }

        var more = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(
            $"{plant.Pressed.Count} data for the blocked North, {plant.Free.Count} past it, {more} bytes of memory "
            + $"more from minute {StepsOfPressing / 48.0} to 10, {plant.Gateway.Engine.GetStatus().Journal}");
        Assert.True(plant.IsPressed, "What it holds up was never full.");
        Assert.InRange(more, long.MinValue, MostMoreBytes);
        Assert.Equal(0, plant.Gateway.Log.Count(LogLevel.Warning, "pressed"));
        Assert.Equal(0, plant.Gateway.Log.Count(LogLevel.Warning, "free"));

        Assert.True(!brokerReads || plant.Gateway.Log.Count(LogLevel.Warning, "No byte came") == 0);

        Unblock(plant.Broker, fault);
        await plant.Gateway.UntilLaterAsync(() =>
            !plant.IsPressed && plant.Gateway.Account is { Waiting: 0 } account
            && account.Received >= plant.Pressed.Count + plant.Free.Count);
        CheckEnd(plant);
    }

    /// <summary>
    /// Everything of the free South has arrived while the clock stands. The broker hears of each client within its Keep
    /// Alive, also of the blocked one as long as it listens to it; it lets go of one that it does not hear of for half
    /// as long again. A client that has read nothing for 1.375 times its Keep Alive gives its connection up, unless it
    /// reads no further on purpose; the clock goes on only where the next step is short of that, since what it should
    /// have read may still be on its way.
    /// </summary>
    private static async Task CheckStepAsync(BlockedPlant plant, bool brokerReads)
    {
        var gateway = plant.Gateway;
        var (pressed, free, blocked) = (plant.PressedWatch, plant.FreeWatch, plant.BlockedWatch);
        await gateway.UntilAsync(() => plant.AtOtherCount >= plant.Free.Count);
        var since = gateway.Clock.TrueNow - BlockedPlant.KeepAlive - Step;
        await gateway.UntilAsync(() => free.LastHeard > since && pressed.LastHeard > since);
        var sinceNorth = gateway.Clock.TrueNow - BlockedPlant.NorthKeepAlive - Step;
        await gateway.UntilAsync(
            () => !brokerReads || !plant.IsConnected("blocked") || blocked.LastHeard > sinceNorth);
        Assert.True(gateway.Account.IsBalanced);

        var read = gateway.Clock.TrueNow - (BlockedPlant.KeepAlive * 1.25);
        var readNorth = gateway.Clock.TrueNow - (BlockedPlant.NorthKeepAlive * 1.25);
        var moments = 1; // So that a thread that was kept waiting for a processor does not sleep through many steps.
        await gateway.UntilAsync(() => moments-- <= 0
            && free.LastRead > read
            && (pressed.LastRead > read || pressed.Holds(BlockedPlant.ReceiveMaximum))
            && (!brokerReads || blocked.LastRead > readNorth || !plant.IsConnected("blocked")));
    }

    private static void CheckEnd(BlockedPlant plant)
    {
        var arrived = plant.Arrived();
        Assert.Equal(plant.Pressed.Order(), arrived.Distinct().Order());
        Assert.Equal(plant.Free.Order(), plant.AtOther.Order());
        Assert.True(plant.Gateway.Account is { Waiting: 0, Quarantined: 0, IsBalanced: true });
        Assert.Equal(
            (plant.Pressed.Count, plant.Free.Count),
            ((int)plant.Gateway.North(0).Delivered, (int)plant.Gateway.North(1).Delivered));
    }

    private static MqttTestFault? Block(MqttTestBroker broker, bool brokerReads)
    {
        if (brokerReads)
        {
            return broker.Faults.OnSent(MqttPacketType.PubAck).Client("blocked").Always().Drop();
        }

        broker.Faults.StopReading("blocked");
        return null;
    }

    private static void Unblock(MqttTestBroker broker, MqttTestFault? fault)
    {
        fault?.Remove();
        broker.Faults.ResumeReading();
    }
}
