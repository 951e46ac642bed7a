using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Telemetry;

/// <summary>The meter counts what was on the wire, per client.</summary>
public sealed class MeterTests
{
    [Fact]
    public async Task Traffic_BothWays_IsCounted()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        using var instruments = new Instruments("both ways");
        await using var client = new MqttClient(
            new MqttClientOptions { Server = broker.Server, ClientId = "both ways" }, new Recorder());
        await client.ConnectAsync();
        await client.SubscribeAsync([new("t", MqttQos.AtLeastOnce)]);

        await client.PublishAsync("t", "abc"u8.ToArray());
        await client.PublishAsync("t", "abc"u8.ToArray(), MqttQos.AtLeastOnce);
        await client.PublishAsync("t", "abc"u8.ToArray(), MqttQos.ExactlyOnce);
        await broker.WaitForAsync(() => broker.CountReceived(MqttPacketType.PubAck) == 2);

        Assert.Equal(3, instruments["messages.sent"]);
        Assert.Equal(3, instruments["messages.received"]);
        Assert.Equal(0, instruments["messages.resent"]);
        Assert.Equal(0, instruments["messages.in_flight"]);
        Assert.Equal(1, instruments["connections"]);
        Assert.Equal(Bytes(isReceived: true), instruments["bytes.sent"]);
        Assert.Equal(Bytes(isReceived: false), instruments["bytes.received"]);

        // CONNECT and CONNACK belong to no link yet.
        double Bytes(bool isReceived) => broker.Packets
            .Where(packet => packet.IsReceived == isReceived)
            .Where(packet => packet.Type is not (MqttPacketType.Connect or MqttPacketType.ConnAck))
            .Sum(packet => packet.Bytes.Length);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Acknowledgement_WithAListener_IsTimed(MqttQos qos)
    {
        var id = $"timed {qos}";
        await using var broker = await MqttTestBroker.StartAsync();
        using var instruments = new Instruments(id);
        await using var client = new MqttClient(new MqttClientOptions { Server = broker.Server, ClientId = id });
        await client.ConnectAsync();

        await client.PublishAsync("t", "abc"u8.ToArray(), qos);

        Assert.InRange(instruments.Last("acknowledgement.duration") ?? -1, 0, 10);
    }

    [Fact]
    public async Task Loss_WithAPublicationUnderWay_IsAReconnectAndARepeat()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.OnReceived(MqttPacketType.Publish).CutAfter();
        using var instruments = new Instruments("lost once");
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = broker.Server,
            ClientId = "lost once",
            CleanSession = false,
            Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1) },
        });
        await client.ConnectAsync();

        await client.PublishAsync("t", "abc"u8.ToArray(), MqttQos.AtLeastOnce);

        Assert.Equal(1, instruments["reconnects"]);
        Assert.Equal(1, instruments["messages.sent"]);
        Assert.Equal(1, instruments["messages.resent"]);
    }

    [Theory]
    [InlineData(MqttWhenFull.Wait, MqttQos.AtMostOnce)]
    [InlineData(MqttWhenFull.DropOldest, MqttQos.AtMostOnce)]
    [InlineData(MqttWhenFull.DropOldest, MqttQos.AtLeastOnce)]
    public async Task Messages_DroppedAtAFullSubscription_AreCounted(MqttWhenFull whenFull, MqttQos qos)
    {
        var id = $"full {whenFull} {qos}";
        await using var broker = await MqttTestBroker.StartAsync();
        using var instruments = new Instruments(id);
        await using var client = new MqttClient(new MqttClientOptions { Server = broker.Server, ClientId = id });
        await client.ConnectAsync();
        await using var stream = await client.SubscribeAsync(
            "t", qos, new MqttSubscriptionOptions { Capacity = 2, WhenFull = whenFull });

        for (var i = 0; i < 5; i++)
        {
            await client.PublishAsync("t", default, MqttQos.AtLeastOnce); // One is back before the next one leaves.
        }

        await client.SubscribeAsync([new("behind all", MqttQos.AtMostOnce)]);

        Assert.Equal(3, instruments["messages.dropped subscription"]);
        Assert.Equal(3, stream.DroppedCount);
        Assert.Equal(0, instruments["messages.dropped dropped"]);
    }

    [Fact]
    public async Task Messages_ThatNobodyHereWants_AreCounted()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        using var instruments = new Instruments("nobody");
        await using var client = new MqttClient(new MqttClientOptions { Server = broker.Server, ClientId = "nobody" });
        await client.ConnectAsync();
        await client.SubscribeAsync([new("t", MqttQos.AtLeastOnce)]); // For a receiver that is not there.

        await client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        await client.SubscribeAsync([new("behind it", MqttQos.AtMostOnce)]);

        Assert.Equal(1, instruments["messages.dropped unclaimed"]);
    }

    [Fact]
    public async Task Client_Disposed_IsNoLongerCounted()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        using var instruments = new Instruments("gone");
        await using (var client = new MqttClient(new MqttClientOptions { Server = broker.Server, ClientId = "gone" }))
        {
            Assert.Equal(0, instruments["connections"]);
        }

        Assert.Null(instruments["connections"]);
    }
}
