using System.Buffers;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests;

public sealed class TopicTests
{
    [Theory]
    [Spec("3.1.1", "MQTT-4.7.2-1", "MQTT-4.7.3-4")]
    [Spec("5.0", "MQTT-4.7.2-1", "MQTT-4.7.3-4")]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("/finance", "foo/finance", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/b/c", "a/b", false)]
    [InlineData("a//b", "a/b", false)]
    public void Filter_AgainstTopic_MatchesByTheSpecification(string filter, string topic, bool expected) =>
        Assert.Equal(expected, TopicFilter.Matches(filter, topic));

    [Theory]
    [Spec("3.1.1", "MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.3-1", "MQTT-4.7.3-2")]
    [Spec("5.0", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-1", "MQTT-4.7.3-2")]
    [InlineData("#", true)]
    [InlineData("a/#", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("/", true)]
    [InlineData("sport+", false)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/#/ranking", false)]
    [InlineData("", false)]
    [InlineData("a\0b", false)]
    public void Filter_IsValid_ByTheSpecification(string filter, bool expected) =>
        Assert.Equal(expected, TopicFilter.IsValid(filter, out _));

    [Theory]
    [InlineData("sport+", MqttProtocolVersion.V311, "MQTT-4.7.1-3")]
    [InlineData("sport+", MqttProtocolVersion.V50, "MQTT-4.7.1-2")]
    [InlineData("sport/#/ranking", MqttProtocolVersion.V311, "MQTT-4.7.1-2")]
    [InlineData("sport/#/ranking", MqttProtocolVersion.V50, "MQTT-4.7.1-1")]
    [InlineData("", MqttProtocolVersion.V311, "MQTT-4.7.3-1")]
    public void Filter_ThatIsWrong_IsAFaultThatCitesItsStatementOnce(
        string filter, MqttProtocolVersion version, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteUnsubscribe(output, version, new UnsubscribePacket(1, [filter]));
        var rest = new ReadOnlySequence<byte>(output.WrittenMemory);

        var fault = Assert.Throws<MqttProtocolException>(() =>
        {
            Assert.True(Frame.TryRead(ref rest, int.MaxValue, out var frame));
            PacketDecoder.ReadUnsubscribe(frame, version);
        });

        Assert.Equal(expected, fault.Statement);
        Assert.Equal(2, fault.Message.Split("[MQTT-").Length);
    }

    [Theory]
    [Spec("3.1.1", "MQTT-3.3.2-2", "MQTT-4.7.1-1", "MQTT-4.7.3-1")]
    [Spec("5.0", "MQTT-3.3.2-2", "MQTT-4.7.0-1", "MQTT-4.7.3-1")]
    [InlineData("a/b", true)]
    [InlineData("a b/😀", true)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("", false)]
    public void Name_IsValid_ByTheSpecification(string name, bool expected) =>
        Assert.Equal(expected, TopicName.IsValid(name, out _));

    [Fact]
    [Spec("3.1.1", "MQTT-1.5.3-1")]
    [Spec("5.0", "MQTT-1.5.4-1")]
    public void Name_WithHalfASurrogatePair_IsRefused() =>
        Assert.False(TopicName.IsValid("a" + (char)0xD800 + "b", out _));

    [Fact]
    [Spec("3.1.1", "MQTT-4.7.3-3")]
    [Spec("5.0", "MQTT-4.7.3-3")]
    public void Name_LongerThanTheLengthField_IsRefused()
    {
        Assert.True(TopicName.IsValid(new string('x', 65_535), out _));
        Assert.False(TopicName.IsValid(new string('x', 65_536), out _));
        Assert.False(TopicName.IsValid(new string('ä', 40_000), out _));
    }

    [Fact]
    public void Options_WithManyMistakes_NameThemAll()
    {
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("", 0),
            Version = (MqttProtocolVersion)6,
            MaxInFlight = 0,
            Password = new byte[1],
            Will = new MqttWill { Topic = "a/#" },
        };

        Assert.Equal(6, options.Validate().Count);
    }
}
