using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

public sealed class InboundSessionTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    [Spec("5.0", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    public void Acknowledgements_InAnyOrder_LeaveInReceiveOrder() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<int, PositiveInt>((seed, size) =>
        {
            var count = 1 + (size.Get % 200);
            var session = Connected(count);
            var sequences = Enumerable.Range(1, count).Select(i =>
            {
                Assert.True(
                    session.TryReceive(
                        (ushort)i, (MqttQos)(1 + (i % 2)), false, out var sequence));
                return sequence;
            }).ToArray();
            Assert.True(session.IsFull);

            var output = new ArrayBufferWriter<byte>();
            Shuffle(sequences, (uint)seed);
            foreach (var sequence in sequences)
            {
                session.Acknowledge(session.Epoch, sequence);
                session.Release(output);
            }

            var identifiers = output.WrittenSpan.ToArray().Chunk(4).Select(packet => (packet[2] << 8) | packet[3]);
            return identifiers.SequenceEqual(Enumerable.Range(1, count)) && session.Count == 0;
        }));

    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-2")]
    public void Qos2_Repeated_IsDeliveredOnceUntilPubRel()
    {
        var session = Connected(10);
        Assert.True(session.TryReceive(5, MqttQos.ExactlyOnce, false, out var sequence));
        Assert.False(session.TryReceive(5, MqttQos.ExactlyOnce, false, out _)); // Held by the application: silence.
        session.Acknowledge(session.Epoch, sequence);
        session.Release(_output);
        Assert.False(session.TryReceive(5, MqttQos.ExactlyOnce, false, out _)); // PUBREC sent: again.
        session.Release(_output);
        session.OnPubRel(5, false, _output);
        session.OnPubRel(5, false, _output);
        Assert.True(session.TryReceive(5, MqttQos.ExactlyOnce, false, out _));

        Assert.Equal("50020005" + "50020005" + "70020005" + "70020005", Convert.ToHexString(_output.WrittenSpan));
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-4")]
    public void Connection_New_VoidsWhatTheApplicationHeldAndKeepsWhatAwaitsPubRel()
    {
        var session = Connected(10);
        session.TryReceive(1, MqttQos.ExactlyOnce, false, out var first);
        session.TryReceive(2, MqttQos.ExactlyOnce, false, out _);
        session.Acknowledge(session.Epoch, first);
        session.Release(_output);

        session.BeginConnection(isSessionPresent: true);

        Assert.Equal(2u, session.Epoch);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, false, out _));
        Assert.True(session.TryReceive(2, MqttQos.ExactlyOnce, false, out _));
        session.BeginConnection(isSessionPresent: false);
        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, false, out _));
    }

    [Fact]
    public void PubRel_BeforePubRec_IsAProtocolError()
    {
        var session = Connected(10);
        session.TryReceive(1, MqttQos.ExactlyOnce, false, out _);

        Assert.Throws<MqttProtocolException>(() => session.OnPubRel(1, false, _output));
    }

    private static void Shuffle(uint[] items, uint seed)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            seed = (seed * 1_664_525) + 1_013_904_223;
            var j = (int)(seed % (uint)(i + 1));
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static InboundSession Connected(int receiveMaximum)
    {
        var session = new InboundSession(receiveMaximum);
        session.BeginConnection(isSessionPresent: false);
        return session;
    }
}
