using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>
/// This broker exceeds the Receive Maximum of MQTT 5.0 when it sends what has waited for a session. Ended for that, a
/// client would be sent the same again, for ever.
/// </summary>
public sealed class MosquittoReceiveMaximumTests
{
    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Backlog_OfASlowClient_ArrivesOnOneConnection(MqttQos qos)
    {
        const int Count = 300;
        await using var server = await MosquittoServer.StartAsync();
        var options = server.Options with
        {
            ClientId = "slow",
            Version = MqttProtocolVersion.V50,
            CleanSession = false,
            ReceiveMaximum = 5,
            AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
        };
        await using (var first = new MqttClient(options))
        {
            await first.ConnectAsync();
            await first.SubscribeAsync([new MqttSubscriptionRequest("t", qos)]);
            await first.DisconnectAsync();
        }

        await using var publisher = new MqttClient(server.Options);
        await publisher.ConnectAsync();
        for (var i = 0; i < Count; i++)
        {
            await publisher.PublishAsync("t", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), qos);
        }

        var recorder = new Recorder();
        await using var second = new MqttClient(options, recorder);
        await second.ConnectAsync();

        Assert.Equal("connected True", await recorder.NextAsync());
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"t={i} q{(int)qos}", await recorder.NextAsync());
            second.Acknowledge(await recorder.NextAcknowledgementAsync());
        }

        Assert.True(second.IsConnected);
        Assert.False(recorder.HasEvent);
    }
}
