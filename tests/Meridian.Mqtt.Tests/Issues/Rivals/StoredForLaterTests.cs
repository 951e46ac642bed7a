using Meridian.Fixtures;
using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>What other clients lose with their process, or have nobody to keep.</summary>
public sealed class StoredForLaterTests
{
    /// <summary>
    /// bytebeamio/rumqtt#382, mqttjs/MQTT.js#343 (no store on disk), #607, #398 (what is being sent again never reaches
    /// it), eclipse-paho/paho.mqtt.cpp#384 (lost during an automatic reconnect in spite of it), dotnet/MQTTnet#2243
    /// (the queue for the time without a connection is gone: "build your own").
    /// </summary>
    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Messages_OfEachStage_AreSentByTheNextProcessInOrder(MqttQos qos)
    {
        using var folder = new TempFolder("meridian-session-");
        await using var broker = await MqttTestBroker.StartAsync();
        var held = broker.Faults.OnReceived(MqttPacketType.Publish).Always();
        held.Drop();
        var options = new MqttClientOptions { Server = broker.Server, ClientId = "c", CleanSession = false };
        await using (var first = new MqttClient(
            options with { SessionStore = new FileSessionStore(folder.Path) }, jitter: new NoDelay()))
        {
            await first.EnqueueAsync("t", "before"u8.ToArray(), qos); // Without a connection.
            await first.ConnectAsync();
            await first.EnqueueAsync("t", "sent"u8.ToArray(), qos);
            await broker.WaitForAsync(() => held.StruckCount == 2);
            broker.Faults.CutConnections();
            await broker.WaitForAsync(() => held.StruckCount == 4); // Both are sent again, and lost again.
            await first.EnqueueAsync("t", "late"u8.ToArray(), qos);
            await broker.WaitForAsync(() => held.StruckCount == 5);
        }

        held.Remove();
        await using var next = new MqttClient(options with { SessionStore = new FileSessionStore(folder.Path) });
        await next.ConnectAsync();

        await broker.WaitForAsync(() => broker.MessageCount == 3);
        Assert.Equal(
            ["before", "sent", "late"],
            broker.Received.Select(static message => System.Text.Encoding.UTF8.GetString(message.Payload.Span)),
            StringComparer.Ordinal);
    }
}
