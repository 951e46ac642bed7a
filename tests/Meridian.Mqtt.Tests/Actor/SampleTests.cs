using System.Globalization;
using System.Text;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>The sample of the page on the actor.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task Sample_OfThePage_GreetsWhoeverConnects()
    {
        await using var peer = new ScriptedPeer();
        await using var console = new StringWriter(CultureInfo.InvariantCulture);
        await using var connection = new MqttConnection(ActorStart.Options(peer), new Greeter(console));
        await using var accepted = await peer.AcceptAsync(isSessionPresent: false);

        await accepted.ExpectAsync("820A0001000568656C6C6F01");
        await accepted.SendAsync("9003000101 300C000568656C6C6F776F726C64");
        await accepted.ExpectAsync("320C0004646F6E65000262796521");
        await accepted.SendAsync("40020002");

        await accepted.ExpectAsync("E000");
        Assert.Equal("world", console.ToString().Trim());
    }

    // Sample
    private sealed class Greeter(TextWriter console) : IMqttConnectionNotify
    {
        public void OnConnect(MqttConnection connection, bool isSessionPresent) =>
            connection.Subscribe("hello", MqttQos.AtLeastOnce);

        public void OnMessage(MqttConnection connection, MqttApplicationMessage message)
        {
            console.WriteLine(Encoding.UTF8.GetString(message.Payload.Span));
            connection.Publish(new() { Topic = "done", Payload = "bye!"u8.ToArray(), Qos = MqttQos.AtLeastOnce });
        }

        public void OnPublish(MqttConnection connection, MqttToken token, MqttApplicationMessage message) =>
            connection.Disconnect();

        public void OnError(MqttConnection connection, MqttError kind, MqttErrorDetails details) =>
            console.WriteLine($"{kind}: {details.Message}");
    }
    // End
}
