using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

public sealed class TopicAliasTests
{
    [Fact]
    [Spec("5.0", "MQTT-3.2.2-17", "MQTT-3.3.2-8", "MQTT-3.3.2-9")]
    public void Outgoing_AnySequenceOfTopics_IsUnderstoodByTheOtherSide() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll<byte[], byte>((topics, maximum) =>
        {
            var outgoing = new OutgoingTopicAliases(maximum % 8);
            var incoming = new IncomingTopicAliases(maximum % 8);
            foreach (var number in topics)
            {
                var topic = string.Create(CultureInfo.InvariantCulture, $"plant/{number % 16}");
                var alias = outgoing.Choose(topic, mayAssign: number < 200, out var isKnown);
                Assert.False(isKnown && alias == 0);
                if (alias != 0 && !string.Equals(
                    incoming.Resolve(alias, isKnown ? "" : topic), topic, StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }));

    [Fact]
    public void Outgoing_MoreTopicsThanAliases_KeepsTheOftenUsedAndReplacesTheRest()
    {
        var aliases = new OutgoingTopicAliases(2);
        Assert.Equal((1, 2), (aliases.Choose("often", true, out _), aliases.Choose("once", true, out _)));
        aliases.Choose("often", true, out _);

        Assert.Equal(0, aliases.Choose("new/1", true, out _)); // The hand passes the one that is used.
        aliases.Choose("often", true, out _);
        Assert.Equal(2, aliases.Choose("new/2", true, out var isKnown));

        Assert.False(isKnown);
        Assert.Equal(1, aliases.Choose("often", true, out isKnown));
        Assert.True(isKnown);
        Assert.Equal(0, aliases.Choose("once", mayAssign: false, out isKnown));
        Assert.False(isKnown);
    }

    [Fact]
    public void Outgoing_ShortTopic_HasNone() =>
        Assert.Equal(0, new OutgoingTopicAliases(5).Choose("abc", true, out _));

    [Fact]
    public void Incoming_AboveTheMaximumOrUnknown_IsAFault()
    {
        var aliases = new IncomingTopicAliases(2);
        Assert.Equal("a", aliases.Resolve(2, "a"));
        Assert.Equal("b", aliases.Resolve(2, "b"));
        Assert.Equal("b", aliases.Resolve(2, ""));

        Assert.Equal(
            MqttReasonCode.TopicAliasInvalid,
            Assert.Throws<MqttProtocolException>(() => aliases.Resolve(3, "c")).ReasonCode);
        Assert.Equal(
            MqttReasonCode.ProtocolError,
            Assert.Throws<MqttProtocolException>(() => aliases.Resolve(1, "")).ReasonCode);
    }
}
