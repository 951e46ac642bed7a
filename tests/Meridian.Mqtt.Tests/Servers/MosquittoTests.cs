using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>Against a broker that nobody here wrote.</summary>
public sealed class MosquittoTests
{
    [Theory]
    [Spec("3.1.1", "MQTT-7.0.0-2")]
    [InlineData(MqttQos.AtMostOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQos.AtLeastOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQos.ExactlyOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQos.ExactlyOnce, MqttProtocolVersion.V31)]
    [InlineData(MqttQos.AtMostOnce, MqttProtocolVersion.V50)]
    [InlineData(MqttQos.AtLeastOnce, MqttProtocolVersion.V50)]
    [InlineData(MqttQos.ExactlyOnce, MqttProtocolVersion.V50)]
    public async Task Messages_OfOneQos_ComeBackInOrder(MqttQos qos, MqttProtocolVersion version)
    {
        const int Count = 5_000;
        await using var server = await MosquittoServer.StartAsync();
        var recorder = new Recorder();
        await using var client = new MqttClient(server.Options with { Version = version, MaxInFlight = 100 }, recorder);
        await client.ConnectAsync();
        await recorder.NextAsync();
        var granted = await client.SubscribeAsync([new("t/#", qos)]);
        Assert.Equal(qos, granted[0].GrantedQos);

        var publishes = Enumerable.Range(0, Count)
            .Select(
                i => client.PublishAsync("t/x", Encoding.UTF8.GetBytes(i.ToString("D", null)), qos).AsTask());
        await Task.WhenAll(publishes).WaitAsync(TimeSpan.FromSeconds(30));

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"t/x={i} q{(int)qos}"), await recorder.NextAsync());
        }
    }

    [Fact]
    public async Task PersistentSession_WhileAway_GivesWhatWasMissed()
    {
        await using var server = await MosquittoServer.StartAsync();
        var options = server.Options with { ClientId = "stays", CleanSession = false };
        await using (var before = new MqttClient(options))
        {
            Assert.False((await before.ConnectAsync()).IsSessionPresent);
            await before.SubscribeAsync([new("t", MqttQos.ExactlyOnce)]);
        }

        await using (var publisher = new MqttClient(server.Options))
        {
            await publisher.ConnectAsync();
            await publisher.PublishAsync("t", "one"u8.ToArray(), MqttQos.ExactlyOnce);
            await publisher.PublishAsync("kept", "two"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);
        }

        var recorder = new Recorder();
        await using var after = new MqttClient(options, recorder);
        Assert.True((await after.ConnectAsync()).IsSessionPresent);
        Assert.Equal("connected True", await recorder.NextAsync());
        Assert.Equal("t=one q2", await recorder.NextAsync());
        await after.SubscribeAsync([new("kept", MqttQos.AtMostOnce)]);
        Assert.Equal("kept=two q0 retained", await recorder.NextAsync());
        await after.UnsubscribeAsync(["kept"]);
    }

    [Fact]
    public async Task Broker_Killed_ClientReturnsRenewsAndPublishesWhatWaited()
    {
        await using var server = await MosquittoServer.StartAsync();
        var recorder = new Recorder();
        var reconnect =
            new MqttReconnectOptions { InitialDelay = TimeSpan.FromSeconds(0.02) };
        await using var client = new MqttClient(server.Options with { Reconnect = reconnect }, recorder);
        await client.ConnectAsync();
        await client.SubscribeAsync([new("t", MqttQos.AtLeastOnce)]);
        Assert.Equal("connected False", await recorder.NextAsync());

        await server.KillAsync();
        Assert.Equal("disconnected MqttConnectionLostException True", await recorder.NextAsync());
        var waiting = client.PublishAsync("t", "late"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        await server.RestartAsync();

        await waiting.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.Equal("t=late q1", await recorder.NextAsync());
    }

    [Fact]
    public async Task Will_OfAClientThatIsTakenOver_IsPublished()
    {
        await using var server = await MosquittoServer.StartAsync();
        var recorder = new Recorder();
        await using var watcher = new MqttClient(server.Options, recorder);
        await watcher.ConnectAsync();
        await watcher.SubscribeAsync([new("state", MqttQos.AtLeastOnce)]);
        await recorder.NextAsync();
        var will = new MqttWill { Topic = "state", Payload = "gone"u8.ToArray(), Qos = MqttQos.AtLeastOnce };
        await using var first = new MqttClient(
            server.Options with { ClientId = "same", Will = will, Reconnect = null });
        await first.ConnectAsync();

        await using var second = new MqttClient(
            server.Options with { ClientId = "same", UserName = "ann", Password = "x"u8.ToArray() });
        await second.ConnectAsync();

        Assert.Equal("state=gone q1", await recorder.NextAsync());
    }

    [Fact]
    public async Task Payload_OfTenMegabytes_ComesBackWhole()
    {
        await using var server = await MosquittoServer.StartAsync();
        var length = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = new MqttClient(server.Options, new LengthReceiver(length));
        await client.ConnectAsync();
        await client.SubscribeAsync([new("big", MqttQos.AtLeastOnce)]);

        await client.PublishAsync("big", new byte[10_000_000], MqttQos.AtLeastOnce);

        Assert.Equal(10_000_000, await length.Task.WaitAsync(ScriptedPeer.Deadline));
    }

    private sealed class LengthReceiver(TaskCompletionSource<long> length) : IMqttReceiver
    {
        public void OnMessage(in MqttMessage message) => length.TrySetResult(message.Payload.Length);
    }
}
