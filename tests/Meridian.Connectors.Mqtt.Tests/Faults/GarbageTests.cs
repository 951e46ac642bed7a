using Meridian.Fixtures;
using Meridian.Mqtt.Testing;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A peer that is no MQTT broker, or is one no longer: the operator reads what to look at.</summary>
public sealed class GarbageTests
{
    private const string Advice =
        "Check that an MQTT broker listens there (settings.host, settings.port), and that nothing on the way changes";

    [Theory]
    [InlineData(Side.South, "HTTP/1.1 400 Bad Request\r\n\r\n", "answered with HTTP, not with MQTT; set settings.tr")]
    [InlineData(Side.North, "HTTP/1.1 400 Bad Request\r\n\r\n", "answered with HTTP, not with MQTT; set settings.tr")]
    [InlineData(Side.South, "SSH-2.0-OpenSSH_9.2p1\r\n", "begins no packet")]
    [InlineData(Side.North, "SSH-2.0-OpenSSH_9.2p1\r\n", "begins no packet")]
    [InlineData(Side.South, "\u0015\u0003\u0001\0\u0002\u0002(", "answered with TLS, not with MQTT; set settings.tr")]
    [InlineData(Side.North, "\u0015\u0003\u0001\0\u0002\u0002(", "answered with TLS, not with MQTT; set settings.tr")]
    public async Task Server_OfSomethingElse_IsNamedAndLeftForABroker(Side side, string answer, string words)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await mosquitto.StopAsync();
        await using var other = new RawServer(answer, mosquitto.Port) { StaysOpen = true };
        await using var plant = await Plant.StartAsync(side, mosquitto);

        await plant.UntilRetryingAsync(
            $"Broker 127.0.0.1:{mosquitto.Port} sent what is not MQTT: ", words, Advice);
        await other.StopAsync();
        await mosquitto.RestartAsync();

        await plant.CarryAsync();
    }

    [Theory]
    [InlineData(Side.South, "2002FF00", "reserved bits")]
    [InlineData(Side.North, "2002FF00", "reserved bits")]
    [InlineData(Side.South, "3003000141", "the server's first packet is Publish, not CONNACK")]
    [InlineData(Side.North, "D000", "the server's first packet is PingResp, not CONNACK")]
    public async Task ConnAck_ThatIsNone_IsNamedAndPasses(Side side, string bytes, string words)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var script = broker.Faults.OnSent(MqttPacketType.ConnAck).Always()
            .Alter(_ => Convert.FromHexString(bytes));
        await using var plant = await StartAsync(side, broker);

        await plant.UntilRetryingAsync($"Broker 127.0.0.1:{broker.Port} sent what is not MQTT: ", words, Advice);
        script.Remove();

        await plant.CarryAsync();
    }

    [Theory]
    [InlineData(Side.South, MqttPacketType.Publish)]
    [InlineData(Side.North, MqttPacketType.PubAck)]
    public async Task Garbage_WithinASession_EndsTheConnectionAndNothingIsMissing(Side side, MqttPacketType struck)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var plant = await StartAsync(side, broker);
        await plant.UntilRunningAsync();
        await plant.GiveAsync(50);
        await plant.AllArriveAsync();

        // Each connection breaks anew until the operator has had time to read why.
        var script = broker.Faults.OnSent(struck).Always().Alter(static _ => "\u00FFgarbage"u8.ToArray());
        await plant.GiveAsync(100);
        await plant.UntilRetryingAsync(
            $"Broker 127.0.0.1:{broker.Port} sent what is not MQTT: the first byte 0xC3 begins no packet", Advice);
        script.Remove();

        await plant.AllArriveAsync();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Packet_BeyondTheLimit_IsNamedWithTheSetting(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync();

        // A PUBLISH of 200 MB begins.
        var script = broker.Faults.OnSent(side == Side.South ? MqttPacketType.Publish : MqttPacketType.PubAck)
            .Always().Alter(static _ => Convert.FromHexString("3080A1AF5F"));
        await using var plant = await StartAsync(side, broker);
        await plant.UntilRunningAsync();

        await plant.GiveAsync(100);
        await plant.UntilRetryingAsync(
            $"Broker 127.0.0.1:{broker.Port} sent more than settings.maxPacketSize, 16 MiB, lets through",
            "what listens there is no MQTT broker");
        script.Remove();

        await plant.AllArriveAsync();
    }

    private static Task<Plant> StartAsync(Side side, MqttTestBroker broker) =>
        Plant.StartAsync(side, IPlantPeer.SettingsOf(side, broker.Port), new ScriptedPeer(broker));
}
