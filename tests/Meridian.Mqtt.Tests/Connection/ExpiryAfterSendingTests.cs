using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Subscriptions;

namespace Meridian.Mqtt.Tests.Connection;

public sealed class ExpiryAfterSendingTests
{
    [Fact]
    [Spec("5.0", "MQTT-4.3.3-7")]
    public async Task Qos2_WhoseTimePassesAfterItHasLeft_IsCompletedOnTheNextConnection()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var options = peer.Options with
        {
            Version = MqttProtocolVersion.V50,
            CleanSession = false,
            KeepAlive = TimeSpan.Zero,
            Reconnect = new(),
        };
        await using var client = new MqttClient(options, time: time, jitter: new NoDelay());
        await using var line = new LosingPeer(peer, client);
        var connection = await line.ConnectAsync("2003010000");
        var publishing = client.PublishAsync(new MqttApplicationMessage
        {
            Topic = "t",
            Qos = MqttQos.ExactlyOnce,
            Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(2) },
        }).AsTask();
        await connection.ExpectAsync("340B0001740001" + "050200000002");

        time.Advance(TimeSpan.FromSeconds(5));
        connection = await line.LoseAsync("2003010000");

        await connection.ExpectAsync("3C0B0001740001" + "050200000001");
        await connection.SendAsync("50020001");
        await connection.ExpectAsync("62020001");
        time.Advance(TimeSpan.FromSeconds(5));
        connection = await line.LoseAsync("2003010000");
        await connection.ExpectAsync("62020001");
        await connection.SendAsync("70020001");
        var result = await publishing.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(MqttReasonCode.Success, result.ReasonCode);
        await client.DisconnectAsync();
    }
}
