using System.Buffers;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

public sealed class DisconnectFitTests
{
    private static readonly DisconnectPacket Wordy = new(MqttReasonCode.ProtocolError)
    {
        SessionExpirySeconds = 60,
        Details = new ReasonDetails(new string('w', 100), [new MqttUserProperty("line", "7")]),
    };

    [Fact]
    public void Disconnect_WithinTheLimit_KeepsItsWords() =>
        Assert.Same(Wordy, Wordy.Within(MqttProtocolVersion.V50, BytesOf(Wordy)));

    [Fact]
    [Spec("5.0", "MQTT-3.14.2-3")]
    public void Disconnect_OneByteTooLarge_LosesItsReasonString()
    {
        var fitted = Wordy.Within(MqttProtocolVersion.V50, BytesOf(Wordy) - 1);

        Assert.Null(fitted.Details!.ReasonString);
        Assert.Equal(new MqttUserProperty("line", "7"), Assert.Single(fitted.Details.UserProperties));
    }

    [Fact]
    [Spec("5.0", "MQTT-3.14.2-4")]
    public void Disconnect_TooLargeWithoutReasonString_LosesItsUserProperties()
    {
        var fitted = Wordy.Within(MqttProtocolVersion.V50, 12);

        Assert.Null(fitted.Details);
        Assert.Equal(60u, fitted.SessionExpirySeconds);
        Assert.InRange(BytesOf(fitted), 1, 12);
    }

    [Fact]
    public void Disconnect_ForTheSmallestLimit_KeepsItsReasonCode() =>
        Assert.Equal(
            new DisconnectPacket(MqttReasonCode.ProtocolError), Wordy.Within(MqttProtocolVersion.V50, 4));

    private static int BytesOf(DisconnectPacket packet)
    {
        var bytes = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteDisconnect(bytes, MqttProtocolVersion.V50, packet);
        return bytes.WrittenCount;
    }
}
