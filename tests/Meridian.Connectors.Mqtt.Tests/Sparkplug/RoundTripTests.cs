using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Fixtures;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug;

/// <summary>From the North over mosquitto to the South: the same readings, births, deaths and rebirths.</summary>
[SuppressMessage(
    "Reliability", "CA2000:Dispose objects before losing scope", Justification = "Their owners end them.")]
public sealed class RoundTripTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("")]
    [InlineData("{point[0]}")]
    public async Task AnyReading_OverMosquitto_ComesBackAsItWas(string device)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var south = await RunningSouth.StartAsync(mosquitto.Port);
        await using var north = await RunningNorth.StartAsync(mosquitto.Port, device);
        Reading[] readings =
        [
            One("l1/d", 0, ReadingValue.From(1.5)), One("l1/i", 0, ReadingValue.From(-7L)),
            One("l2/u", 0, ReadingValue.From(ulong.MaxValue)), One("l2/b", 0, ReadingValue.From(true)),
            One("l1/s", 0, ReadingValue.From("hé")), One("l2/y", 0, ReadingValue.From([0, 255])),
            One("l1/j", 0, ReadingValue.FromJson("""{"a":1}""")), One("l1/n", 0, ReadingValue.Null),
            One("l1/d", 1, ReadingValue.From(2.5), new Quality(0x8007_0000)),
            One("l1/d", 2, ReadingValue.From(3.5), Quality.Uncertain),
            One("l1/n", 3, ReadingValue.From(4L)),
            One("l1/i", 4, ReadingValue.From("now a text")),
            One("l2/y", 5, ReadingValue.From(new byte[5_000])),
        ];

        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleAsync(readings));

        Assert.True(await south.Context.UntilAsync(
            () => readings.All(south.Context.Readings.Contains), Patience), south.Show());
        Assert.DoesNotContain(south.Context.Readings, static one => one.Quality == Quality.BadDecoding && one.Value.Kind
            == ReadingValueKind.Bytes);
        Assert.Equal(0, south.Context.UndecodedCount);
        Assert.Empty(south.Context.Mistakes);
    }

    [Fact]
    public async Task ThousandsOfReadings_InManyBatches_ArriveInOrderAndOnce()
    {
        const int Count = 20_000;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var south = await RunningSouth.StartAsync(mosquitto.Port);
        await using var north = await RunningNorth.StartAsync(mosquitto.Port, "{point[0]}");

        for (var first = 0; first < Count; first += 1_000)
        {
            var batch = Enumerable.Range(first, 1_000)
                .Select(static i => One($"l{i % 3}/p{i % 7}", i, ReadingValue.From((long)i))).ToArray();
            Assert.Equal(DeliveryOutcome.Delivered, await north.HandleAsync(batch));
        }

        Assert.True(await south.Context.UntilAsync(() => south.Context.Readings.Count >= Count, Patience));
        foreach (var point in south.Context.Readings.GroupBy(static one => one.Point, StringComparer.Ordinal))
        {
            var numbers = point.Select(static one => one.Value.AsInt64()).ToArray();
            Assert.Equal(numbers.Order(), numbers);
        }

        Assert.Equal(Count, south.Context.Readings.Select(static one => one.Value.AsInt64()).Distinct().Count());
        Assert.Equal(Count, south.Context.Readings.Count);
    }

    [Fact]
    public async Task NorthsLink_Vanishes_EachMetricIsBadAndComesBackWithTheNextBirth()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", mosquitto.Port);
        await using var south = await RunningSouth.StartAsync(mosquitto.Port);
        await using var north = await RunningNorth.StartAsync(relay.Port, "{point[0]}");
        await north.HandleAsync([One("l1/a", 0, ReadingValue.From(1L)), One("l1/b", 0, ReadingValue.From(2L))]);
        Assert.True(await south.Context.UntilAsync(() => south.Context.Readings.Count == 2, Patience));

        relay.Vanish();

        Assert.True(await south.Context.UntilAsync(() => south.Context.Readings.Count == 4, Patience), south.Show());
        Assert.All(south.Context.Readings.Skip(2), static reading =>
            Assert.Equal((ReadingValue.Null, SparkplugHost.NoCommunication), (reading.Value, reading.Quality)));

        relay.Return();
        await north.ReconnectAsync();

        Assert.True(await south.Context.UntilAsync(() => south.Context.Readings.Count == 6, Patience), south.Show());
        Assert.All(south.Context.Readings.Skip(4), static reading => Assert.Equal(Quality.Good, reading.Quality));
    }

    [Fact]
    public async Task NorthDisconnects_InOrder_TellsItsDeath()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var south = await RunningSouth.StartAsync(mosquitto.Port);
        var north = await RunningNorth.StartAsync(mosquitto.Port, "");
        await north.HandleAsync([One("a", 0, ReadingValue.From(1L))]);

        await north.DisposeAsync();

        Assert.True(await south.Context.UntilAsync(
            () => south.Context.Readings is [.., { Quality: var last }] && last == SparkplugHost.NoCommunication,
            Patience), south.Show());
    }

    [Fact]
    public async Task SouthComesLate_WithoutABirth_AsksForItAndKeepsWhatItCannotName()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var north = await RunningNorth.StartAsync(mosquitto.Port, "");
        await north.HandleAsync([One("a", 0, ReadingValue.From(1L))]);
        await using var south = await RunningSouth.StartAsync(mosquitto.Port);

        await north.HandleAsync([One("a", 1, ReadingValue.From(2L))]);

        Assert.True(await south.Context.UntilAsync(
            () => south.Context.Readings.Contains(One("a", 1, ReadingValue.From(2L))), Patience), south.Show());
        Assert.Equal(1, south.Context.UndecodedCount);
        Assert.Equal("spBv1.0/Plant1/NDATA/edge", south.Context.Readings[0].Point);
        Assert.Equal(Quality.BadDecoding, south.Context.Readings[0].Quality);
    }

    [Fact]
    public async Task SouthRestarts_WhileDataWaitAtTheBroker_NamesThemByWhatItStored()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        var south = await RunningSouth.StartAsync(mosquitto.Port);
        await using var north = await RunningNorth.StartAsync(mosquitto.Port, "{point[0]}");
        await north.HandleAsync([One("l1/a", 0, ReadingValue.From(1L)), One("l1/b", 0, ReadingValue.From("x"))]);
        Assert.True(await south.Context.UntilAsync(() => south.Context.Readings.Count == 2, Patience));

        await south.DisposeAsync();
        await north.HandleAsync([One("l1/a", 1, ReadingValue.From(2L)), One("l1/b", 1, ReadingValue.From("y"))]);
        await using var next = await RunningSouth.StartAsync(mosquitto.Port, south.Context.Restart());

        Assert.True(await next.Context.UntilAsync(() => next.Context.Readings.Count >= 2, Patience), next.Show());
        Assert.Equal(
            [One("l1/a", 1, ReadingValue.From(2L)), One("l1/b", 1, ReadingValue.From("y"))], next.Context.Readings);
        Assert.Equal(0, next.Context.UndecodedCount);
    }

    private static Reading One(string point, int second, ReadingValue value, Quality quality = default) =>
        new(point, Start.AddSeconds(second), value, quality);

    private sealed class RunningSouth(TestSouthContext context, MqttSouth south) : IAsyncDisposable
    {
        public TestSouthContext Context => context;

        public static async Task<RunningSouth> StartAsync(int port, TestSouthContext? context = null)
        {
            context ??= new TestSouthContext(new TestContextOptions { Name = "south" });
            var south = new MqttSouth(context, new MqttSouthSettings { Host = "127.0.0.1", Port = port });
            await south.ConnectAsync(CancellationToken.None);
            var item = new MqttItemSettings
            {
                Topic = "spBv1.0/Plant1/#",
                Point = "{metric}",
                Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.SparkplugB },
            };
            await south.SubscribeAsync([new Item("plant", item)], CancellationToken.None);
            return new RunningSouth(context, south);
        }

        public string Show() => string.Join('\n', context.Readings);

        public async ValueTask DisposeAsync()
        {
            await south.DisconnectAsync(CancellationToken.None);
            await south.StopAsync(CancellationToken.None);
            await context.EndAsync();
        }
    }

    private sealed class RunningNorth(TestNorthContext context, SparkplugNorth north) : IAsyncDisposable
    {
        public static async Task<RunningNorth> StartAsync(int port, string device)
        {
            var context = new TestNorthContext(new TestContextOptions { Name = "north", Seed = 2 });
            var north = new SparkplugNorth(context, new MqttNorthSettings
            {
                Host = "127.0.0.1",
                Port = port,
                Format = MqttNorthFormat.SparkplugB,
                KeepAlive = TimeSpan.FromSeconds(1),
                Sparkplug = new SparkplugNorthSettings { Group = "Plant1", Node = "edge", Device = device },
            });
            await north.ConnectAsync(CancellationToken.None);
            return new RunningNorth(context, north);
        }

        public async Task<DeliveryOutcome> HandleAsync(Reading[] readings) => await north.HandleValuesAsync(
            new ValuesBatch(
                Guid.Empty,
                readings,
                Enumerable.Range(0, readings.Length).Select(static i => (long)i).ToArray(),
                new DeliveryPosition(Guid.Empty, "north", default)),
            CancellationToken.None);

        public async Task ReconnectAsync()
        {
            await north.DisconnectAsync(CancellationToken.None);
            await north.ConnectAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await north.DisconnectAsync(CancellationToken.None);
            await north.StopAsync(CancellationToken.None);
            context.Dispose();
        }
    }
}
