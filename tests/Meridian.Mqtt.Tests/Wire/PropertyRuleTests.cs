using System.Buffers;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>Every rule of MQTT 5.0 on properties and codes that a peer can break.</summary>
public sealed class PropertyRuleTests
{
    [Theory]
    [Spec("5.0", "MQTT-1.5.4-1", "MQTT-1.5.4-2")]
    [InlineData("20 06  00 00  03 22 0000", null)] // Topic Alias Maximum 0 is its default
    [InlineData("20 08  00 00  05 23 0002 0000", MqttReasonCode.MalformedPacket)] // Topic Alias in CONNACK
    [InlineData("20 05  00 00  02 7F 00", MqttReasonCode.MalformedPacket)] // no such property
    [InlineData("20 06  00 00  03 A601 00", MqttReasonCode.MalformedPacket)] // an identifier of two bytes
    [InlineData("20 07  00 00  04 25 01 25 01", MqttReasonCode.ProtocolError)] // twice
    [InlineData("20 05  00 00  02 25 02", MqttReasonCode.ProtocolError)] // neither 0 nor 1
    [InlineData("20 05  00 00  02 24 02", MqttReasonCode.ProtocolError)] // Maximum QoS 2
    [InlineData("20 06  00 00  03 21 0000", MqttReasonCode.ProtocolError)] // Receive Maximum 0
    [InlineData("20 08  00 00  05 27 00000000", MqttReasonCode.ProtocolError)] // Maximum Packet Size 0
    [InlineData("20 07  00 00  04 16 0001 07", MqttReasonCode.ProtocolError)] // data without a method
    [InlineData("20 06  00 00  03 1F 0005", MqttReasonCode.MalformedPacket)] // a text beyond the properties
    [InlineData("20 07  00 00  04 1F 0001 00", MqttReasonCode.MalformedPacket)] // U+0000
    [InlineData("20 08  00 00  05 1F 0002 C328", MqttReasonCode.MalformedPacket)] // not UTF-8
    [InlineData("20 04  00 00  05 11", MqttReasonCode.MalformedPacket)] // Property Length beyond the packet
    [InlineData("20 07  00 00  FFFFFFFF 01", MqttReasonCode.MalformedPacket)] // Property Length of five bytes
    [InlineData("20 02  00 00", MqttReasonCode.MalformedPacket)] // no Property Length
    [InlineData("20 04  00 00  00 00", MqttReasonCode.MalformedPacket)] // bytes behind the properties
    [InlineData("20 03  01 87  00", MqttReasonCode.ProtocolError)] // refused with a session
    [InlineData("20 03  02 00  00", MqttReasonCode.MalformedPacket)] // reserved flag
    [InlineData("30 04  0000  00 68", MqttReasonCode.TopicNameInvalid)] // neither topic nor alias
    [InlineData("30 07  0001 74  03 23 0000", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("30 0A  0001 74  06 23 0001 23 0001", MqttReasonCode.ProtocolError)]
    [InlineData("30 06  0001 74  02 0B 00", MqttReasonCode.ProtocolError)] // Subscription Identifier 0
    [InlineData("30 08  0001 74  04 0B 01 0B 02", null)] // may repeat
    [InlineData("30 06  0001 74  02 01 02", MqttReasonCode.ProtocolError)] // Payload Format Indicator 2
    [InlineData("30 08  0001 74  04 08 0001 23", MqttReasonCode.ProtocolError)] // wildcard in the Response Topic
    [InlineData("30 09  0001 74  05 11 00000000", MqttReasonCode.MalformedPacket)] // Session Expiry in PUBLISH
    [InlineData("30 03  0001 74", MqttReasonCode.MalformedPacket)] // no Property Length
    [InlineData("40 03  0001 03", MqttReasonCode.MalformedPacket)] // reserved Reason Code
    [InlineData("40 04  0001 00 00", null)]
    [InlineData("40 02  0000", MqttReasonCode.ProtocolError)]
    [InlineData("40 06  0001 00 02 25 01", MqttReasonCode.MalformedPacket)]
    [InlineData("82 09  0001  02 0B 00  0001 61 00", MqttReasonCode.ProtocolError)]
    [InlineData("82 0B  0001  04 0B 01 0B 02  0001 61 00", MqttReasonCode.ProtocolError)] // two identifiers
    [InlineData("82 07  0001  00  0001 61 03", MqttReasonCode.MalformedPacket)] // QoS 3
    [InlineData("82 07  0001  00  0001 61 30", MqttReasonCode.MalformedPacket)] // Retain Handling 3
    [InlineData("82 07  0001  00  0001 61 40", MqttReasonCode.MalformedPacket)] // reserved bits
    [InlineData("82 10  0001  00  000A 2473686172652F672F62 04", MqttReasonCode.ProtocolError)] // shared, No Local
    [InlineData("82 03  0001  00", MqttReasonCode.MalformedPacket)] // no filter
    [InlineData("90 04  0001  00 03", MqttReasonCode.MalformedPacket)]
    [InlineData("90 04  0001  00 A1", null)]
    [InlineData("B0 04  0001  00 01", MqttReasonCode.MalformedPacket)]
    [InlineData("E0 01  7F", MqttReasonCode.MalformedPacket)]
    [InlineData("F0 02  18 03", MqttReasonCode.MalformedPacket)]
    [InlineData("F0 06  18 04 16 0001 07", MqttReasonCode.ProtocolError)] // data without a method
    public void Packet_OfAPeer_IsTakenOrRefusedWithTheRightCode(string hex, MqttReasonCode? expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(bytes.Length - 2, bytes[1]);

        var error = Record.Exception(() =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            Assert.True(Frame.TryRead(ref buffer, 10_000, out var frame));
            FrameLaws.Decode(frame, MqttProtocolVersion.V50);
        });

        Assert.Equal(expected, (error as MqttProtocolException)?.ReasonCode);
        Assert.True(error is null or MqttProtocolException);
    }

    [Fact]
    public void Property_InEveryPacket_StandsWhereTheSpecificationSaysAndNowhereElse()
    {
        // One row per property of MQTT 5.0 table 2-4: identifier, a value, and where it may stand.
        (string Bytes, string Places)[] table =
        [
            ("01 01", "Publish Will"),
            ("02 00000001", "Publish Will"),
            ("03 0001 61", "Publish Will"),
            ("08 0001 61", "Publish Will"),
            ("09 0001 61", "Publish Will"),
            ("0B 01", "Publish Subscribe"),
            ("11 00000001", "Connect ConnAck Disconnect"),
            ("12 0001 61", "ConnAck"),
            ("13 0001", "ConnAck"),
            ("15 0001 61", "Connect ConnAck Auth"),
            ("16 0001 61", "Connect ConnAck Auth"),
            ("17 01", "Connect"),
            ("18 00000001", "Will"),
            ("19 01", "Connect"),
            ("1A 0001 61", "ConnAck"),
            ("1C 0001 61", "ConnAck Disconnect"),
            ("1F 0001 61", "ConnAck PubAck PubRec PubRel PubComp SubAck UnsubAck Disconnect Auth"),
            ("21 0001", "Connect ConnAck"),
            ("22 0001", "Connect ConnAck"),
            ("23 0001", "Publish"),
            ("24 01", "ConnAck"),
            ("25 01", "ConnAck"),
            ("26 0000 0000", "Will Connect ConnAck Publish PubAck PubRec PubRel PubComp Subscribe SubAck Unsubscribe "
                + "UnsubAck Disconnect Auth"),
            ("27 00000001", "Connect ConnAck"),
            ("28 01", "ConnAck"),
            ("29 01", "ConnAck"),
            ("2A 01", "ConnAck"),
        ];
        PropertyPlaces[] places =
        [
            PropertyPlaces.Will, .. Enum.GetValues<PacketType>()
                .Where(static type => type is not PacketType.PingReq and not PacketType.PingResp)
                .Select(static type => (PropertyPlaces)(1 << (int)type)),
        ];
        var known = table.ToDictionary(
            static row => Convert.FromHexString(row.Bytes[..2])[0],
            static row => row);

        for (var identifier = 0; identifier < 128; identifier++)
        {
            foreach (var place in places)
            {
                var row = known.GetValueOrDefault((byte)identifier, ($"{identifier:X2}", ""));
                var bytes = Convert.FromHexString(row.Item1.Replace(" ", "", StringComparison.Ordinal));

                var isTaken = Record.Exception(() =>
                {
                    var body = new BodyReader([(byte)bytes.Length, .. bytes]);
                    _ = new PropertyReader(ref body, place).TryNext(out _);
                }) is null;

                var isAllowed = row.Item2.Split(' ').Contains(place.ToString(), StringComparer.Ordinal);
                Assert.True(isTaken == isAllowed, $"0x{identifier:X2} in {place}: {isTaken}");
            }
        }
    }
}
