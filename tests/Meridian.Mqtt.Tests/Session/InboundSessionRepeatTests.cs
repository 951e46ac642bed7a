using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>A server that repeats a PUBLISH at QoS 2 on one connection.</summary>
public sealed class InboundSessionRepeatTests
{
    private readonly InboundPort _port = new(receiveMaximum: 10);

    [Fact]
    public void Repeat_StillInLineWhenItsReleaseComes_IsNotAnsweredBehindPubComp()
    {
        _port.Begin(MqttProtocolVersion.V311, isSessionPresent: false);
        _port.Acknowledge(_port.Receive(5, MqttQos.ExactlyOnce, isDuplicate: false).Right);
        Assert.Equal([(PacketType.PubRec, (ushort)5)], _port.Release());
        var (_, slow) = _port.Receive(1, MqttQos.AtLeastOnce, isDuplicate: false);
        Assert.False(_port.Receive(5, MqttQos.ExactlyOnce, isDuplicate: true).IsGiven); // Waits behind the slow one.

        Assert.Equal([(PacketType.PubComp, (ushort)5)], _port.PubRel(5));
        _port.Acknowledge(slow);

        // A PUBREC for 5 here would be for nothing that the server has, or for a new message that was not taken.
        Assert.Equal([(PacketType.PubAck, (ushort)1)], _port.Release());
    }
}
