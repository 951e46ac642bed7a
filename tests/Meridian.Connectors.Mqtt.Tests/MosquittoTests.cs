using System.Globalization;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;
using Meridian.Fixtures;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests;

/// <summary>Both connectors against a broker and clients that nobody here wrote.</summary>
public sealed class MosquittoTests
{
    private const int Count = 2_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task South_LinesOfMosquittoPub_ArriveOnceAndInOrder(int qos)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        var context = new TestContext($"south{qos}");
        var south = await StartSouthAsync(context, mosquitto, qos);

        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/a", Numbers(0, Count), qos);

        await context.UntilAsync(() => context.Received == Count);
        Assert.Equal(LongsTo(Count), context.Readings.Select(static reading => reading.Value.AsInt64()));
        Assert.Equal(0, context.Repeated);
        await EndAsync(south);
    }

    [Fact]
    public async Task South_BrokerRestartedAndGatewayAway_LosesNothing()
    {
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { IsPersistent = true });
        var context = new TestContext("restarts");
        var south = await StartSouthAsync(context, mosquitto, qos: 1);
        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/a", Numbers(0, 500));

        context.HoldReceipts();
        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/a", Numbers(500, 500));
        await mosquitto.RestartAsync();
        context.ReleaseReceipts();
        await context.UntilAsync(() => context.ConnectedCount == 2);
        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/a", Numbers(1_000, 500));
        await EndAsync(south);
        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/a", Numbers(1_500, 500));
        south = await StartSouthAsync(context, mosquitto, qos: 1);

        await context.UntilAsync(() => Distinct(context) == 2_000);
        Assert.InRange(context.Received, 2_000, 2_000 + context.Repeated);
        await EndAsync(south);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task North_ABatch_ReachesMosquittoSubOnceAndInOrder(int qos)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        var lines = new List<long>();
        await using var subscriber = MosquittoClients.Subscribe(
            mosquitto.Port, "out/#", "sub", 2,
            onLine: line => lines.Add(long.Parse(line, CultureInfo.InvariantCulture)));
        await mosquitto.WaitUntilSubscribedAsync("sub", "out/#");
        var context = new TestContext($"north{qos}");
        var north = await StartNorthAsync(context, mosquitto, qos);

        var outcome = await north.HandleValuesAsync(Batch(0, Count), CancellationToken.None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        await Deadline.UntilAsync(() => lines.Count == Count, "mosquitto_sub has them all");
        Assert.Equal(LongsTo(Count), lines);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task North_BrokerKilledWithinBatches_DeliversEachAtLeastOnceByItsPrefix()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        var context = new TestContext("killed");
        var north = await StartNorthAsync(context, mosquitto, qos: 1);
        const int Wanted = 200_000;
        var delivered = 0;
        var retries = 0;
        Task? killing = null;
        while (delivered < Wanted)
        {
            var batch = Batch(delivered, Math.Min(10_000, Wanted - delivered));
            var delivery = north.HandleValuesAsync(batch, CancellationToken.None);
            if (delivered >= 50_000)
            {
                killing ??= KillAndRestartAsync(mosquitto);
            }

            var outcome = await delivery;
            delivered += outcome.Kind == DeliveryOutcomeKind.Delivered ? batch.Readings.Length : outcome.DeliveredCount;
            if (outcome.Kind == DeliveryOutcomeKind.Retry)
            {
                retries++;
                await context.UntilAsync(() => context.ConnectedCount == 2);
            }
        }

        Assert.Equal(Wanted, delivered);
        Assert.InRange(retries, 1, 2);
        await killing!; // The loop has passed 50,000.
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
    }

    private static async Task KillAndRestartAsync(MosquittoServer mosquitto)
    {
        await mosquitto.KillAsync();
        await mosquitto.RestartAsync();
    }

    private static async Task<MqttSouth> StartSouthAsync(TestContext context, MosquittoServer mosquitto, int qos)
    {
        var south = new MqttSouth(context, new MqttSouthSettings
        {
            Host = "127.0.0.1",
            Port = mosquitto.Port,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
        });
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync(
            [new Item("all", new MqttItemSettings { Topic = "plant/#", Qos = qos })], CancellationToken.None);
        return south;
    }

    private static async Task<MqttNorth> StartNorthAsync(TestContext context, MosquittoServer mosquitto, int qos)
    {
        var north = new MqttNorth(context, new MqttNorthSettings
        {
            Host = "127.0.0.1",
            Port = mosquitto.Port,
            Topic = "out/{point}",
            Format = MqttNorthFormat.Value,
            Qos = qos,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
        });
        await north.ConnectAsync(CancellationToken.None);
        return north;
    }

    private static async Task EndAsync(MqttSouth south)
    {
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
    }

    private static int Distinct(TestContext context) =>
        context.Readings.Select(static reading => reading.Value.AsInt64()).Distinct().Count();

    private static IEnumerable<long> LongsTo(int end) => Enumerable.Range(0, end).Select(static i => (long)i);

    private static IEnumerable<string> Numbers(int start, int count) =>
        Enumerable.Range(start, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));

    private static ValuesBatch Batch(int start, int count) => new(
        Guid.Empty,
        Enumerable.Range(start, count)
            .Select(static i => new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From((long)i))).ToArray(),
        Enumerable.Range(start, count).Select(static i => (long)i).ToArray(),
        new DeliveryPosition(Guid.Empty, "north", default));
}
