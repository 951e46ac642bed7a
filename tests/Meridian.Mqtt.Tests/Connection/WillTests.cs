using System.Text;
using Meridian.Mqtt.Testing;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>A Will whose payload is made for each CONNECT.</summary>
public sealed class WillTests
{
    [Fact]
    public async Task Will_MadeForEachConnect_IsThatOfTheConnectionThatIsLost()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var number = 0;
        await using var client = new MqttClient(OptionsOf(broker, () => BytesOf($"connect {++number}")));
        await client.ConnectAsync();

        for (var i = 1; i <= 3; i++)
        {
            await broker.WaitForAsync(() => broker.ConnectionCount == i);
            broker.Faults.CutConnections();
            await broker.WaitForAsync(() => broker.MessageCount == i);
        }

        Assert.Equal(
            ["connect 1", "connect 2", "connect 3"],
            broker.Received.Select(static one => Encoding.UTF8.GetString(one.Payload.Span)),
            StringComparer.Ordinal);
        Assert.All(broker.Received, static one => Assert.Equal(("w", MqttQos.AtLeastOnce), (one.Topic, one.Qos)));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Disconnect_WithTheWill_SendsThatOfThisConnection(MqttProtocolVersion version)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var number = 0;
        await using var client = new MqttClient(
            OptionsOf(broker, () => BytesOf($"connect {++number}")) with { Version = version });
        await client.ConnectAsync();
        await client.DisconnectAsync();
        await client.ConnectAsync();

        await client.DisconnectAsync(new MqttDisconnectOptions { SendWill = true });

        await broker.WaitForAsync(() => broker.MessageCount == 1);
        Assert.Equal("connect 2", Encoding.UTF8.GetString(broker.Received[0].Payload.Span));
    }

    [Fact]
    public async Task Will_ThatDoesNotFit_FailsTheTryAndTheNextAsksAnew()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var length = 65_536;
        await using var client = new MqttClient(OptionsOf(broker, () => new byte[length--]));

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());
        await client.ConnectAsync();

        Assert.Contains("65536 bytes; at most 65535 fit", error.Message, StringComparison.Ordinal);
        Assert.Equal(65_535, broker.Sessions[0].Connect.Will!.Payload.Length); // It has one.
    }

    private static ReadOnlyMemory<byte> BytesOf(string text) => Encoding.UTF8.GetBytes(text);

    private static MqttClientOptions OptionsOf(MqttTestBroker broker, Func<ReadOnlyMemory<byte>> make) => new()
    {
        Server = broker.Server,
        ClientId = "c",
        Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1) },
        Will = new MqttWill { Topic = "w", Qos = MqttQos.AtLeastOnce, PayloadForConnect = make },
    };
}
