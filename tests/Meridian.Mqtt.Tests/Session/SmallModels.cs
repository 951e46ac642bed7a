using Meridian.Fixtures;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>The small parts of the Session against the simplest thing that does the same.</summary>
public sealed class SmallModels
{
    private static readonly int Steps = TestMode.Pick(full: 1_000_000, brief: 100_000);

    // Around the ends of the words of 64 bits.
    private static readonly int[] Maxima = [1, 2, 7, 63, 64, 65, 128, 200];

    [Fact]
    [Spec("3.1.1", "MQTT-2.3.1-1", "MQTT-2.3.1-2")]
    [Spec("5.0", "MQTT-2.2.1-3")]
    public void PacketIdentifiers_RentedAndReturned_GoRoundAsASetDoes() => Seed.Run(random =>
    {
        foreach (var max in Maxima)
        {
            var identifiers = new PacketIdentifiers(max);
            var taken = new HashSet<ushort>();
            var last = 0;
            for (var i = 0; i < Steps / Maxima.Length; i++)
            {
                if (random.Next(2) == 0)
                {
                    var some = (ushort)random.Next(max + 3);
                    Assert.Equal(taken.Remove(some), identifiers.Return(some));
                }
                else if (taken.Count == max)
                {
                    Assert.False(identifiers.TryRent(out _));
                }
                else
                {
                    do
                    {
                        last = (last % max) + 1;
                    }
                    while (taken.Contains((ushort)last));

                    Assert.True(identifiers.TryRent(out var identifier));
                    Assert.Equal(last, identifier);
                    Assert.True(taken.Add(identifier));
                }

                Assert.Equal(taken.Count, identifiers.InUse);
            }
        }
    });

    [Fact]
    public void IdentifierSet_RandomChanges_HoldsWhatASetHolds() => Seed.Run(random =>
    {
        var set = new IdentifierSet();
        var model = new HashSet<ushort>();
        for (var i = 0; i < Steps; i++)
        {
            // Small ones meet often, large ones reach the end of the table.
            var identifier = (ushort)(random.Next(20) == 0 ? random.Next(65_536) : random.Next(130));
            switch (random.Next(1_000))
            {
                case 0:
                    set.Clear();
                    model.Clear();
                    break;
                case < 500:
                    set.Add(identifier);
                    model.Add(identifier);
                    break;
                case < 900:
                    Assert.Equal(model.Remove(identifier), set.Remove(identifier));
                    break;
                default:
                    break;
            }

            Assert.Equal(model.Contains(identifier), set.Contains(identifier));
        }
    });

    [Fact]
    [Spec("5.0", "MQTT-3.3.2-8", "MQTT-3.3.2-9", "MQTT-3.3.2-10")]
    public void TopicAliases_OfOneSide_MeanTheSameToTheOther() => Seed.Run(random =>
    {
        OutgoingTopicAliases outgoing = new(0);
        IncomingTopicAliases incoming = new(0);
        Dictionary<ushort, string> model = [];
        var maximum = 0;
        for (var i = 0; i < Steps; i++)
        {
            if (i % 500 == 0)
            {
                maximum = random.Next(6);
                outgoing = new OutgoingTopicAliases(maximum);
                incoming = new IncomingTopicAliases(maximum);
                model.Clear();
            }

            var topic = $"topic/{random.Next(8)}";
            var alias = outgoing.Choose(topic, mayAssign: random.Next(4) > 0, out var isKnown);
            Assert.InRange(alias, 0, maximum);
            Assert.Equal(alias != 0 && model.TryGetValue(alias, out var meant) && meant.Equals(
                topic, StringComparison.Ordinal), isKnown);
            if (alias != 0)
            {
                model[alias] = topic;
                Assert.Equal(topic, incoming.Resolve(alias, isKnown ? "" : topic));
            }

            var wild = (ushort)random.Next(1, maximum + 3);
            if (wild <= maximum && model.TryGetValue(wild, out var known))
            {
                Assert.Equal(known, incoming.Resolve(wild, ""));
            }
            else
            {
                var error = Assert.Throws<MqttProtocolException>(() => incoming.Resolve(wild, ""));
                Assert.Equal(
                    wild > maximum ? MqttReasonCode.TopicAliasInvalid : MqttReasonCode.ProtocolError,
                    error.ReasonCode);
            }
        }
    });
}
