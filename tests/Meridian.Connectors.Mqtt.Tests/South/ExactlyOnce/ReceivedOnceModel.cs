using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.South;
using Xunit.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.South.ExactlyOnce;

/// <summary>
/// Numbers at QoS 2 into a South whose process is killed, whose connection is cut and whose disk is slow, at random:
/// each number is on disk once.
/// </summary>
public sealed class ReceivedOnceModel(ITestOutputHelper output)
{
    private const int Steps = 60;
    private static readonly int Runs = TestMode.Pick(200, 25);

    [Fact]
    public async Task Messages_UnderKillsCutsAndASlowDisk_AreStoredExactlyOnce()
    {
        var first = Seed.Draw();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seeds from {first}"));
        for (var run = 0; run < Runs; run++)
        {
            await RunAsync(unchecked(first + run));
        }
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { MaxInFlight = random.Next(1, 20) });
        var disk = new Disk();
        var (life, south) = await BeginAsync(broker, disk, random);
        var published = 0;
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case < 4:
                    for (var left = random.Next(1, 15); left > 0; left--)
                    {
                        broker.Publish(
                            "n",
                            Encoding.UTF8.GetBytes((published++).ToString(CultureInfo.InvariantCulture)),
                            MqttQos.ExactlyOnce);
                    }

                    break;
                case < 7:
                    life.Flush(random.Next(1, 4));
                    break;
                case 7:
                    broker.Faults.CutConnections();
                    break;
                case 8:
                    await Task.Yield();
                    break;
                default:
                    life.Kill(random.Next(0, 3));
                    await EndAsync(broker, south);
                    (life, south) = await BeginAsync(broker, disk, random);
                    break;
            }
        }

        life.FlushAlways();
        await broker.WaitForAsync(() => broker.Sessions is [{ InFlightCount: 0, QueuedCount: 0 }]);
        var stored = disk.Readings.Select(static reading => reading.Value.AsInt64()).ToArray();
        Assert.True(
            stored.Order().SequenceEqual(Enumerable.Range(0, published).Select(static n => (long)n)),
            $"seed {seed}: {published} numbers, stored {string.Join(' ', stored)}");
        await EndAsync(broker, south);
    }

    private static async Task<(Disk.Life Life, MqttSouth South)> BeginAsync(
        MqttTestBroker broker, Disk disk, Random random)
    {
        var life = disk.NewLife(random);
        var south = new MqttSouth(
            life,
            new MqttSouthSettings
            {
                Host = broker.Host,
                Port = broker.Port,
                ClientId = "gateway",
                MaxReconnectDelay = TimeSpan.FromSeconds(1),
            });
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync(
            [new Item("numbers", new MqttItemSettings { Topic = "n", Qos = 2 })], CancellationToken.None);
        return (life, south);
    }

    /// <summary>The dead process's socket, closed as the system would; it says no farewell.</summary>
    private static async Task EndAsync(MqttTestBroker broker, MqttSouth south)
    {
        broker.Faults.CutConnections();
        await south.StopAsync(CancellationToken.None);
    }
}
