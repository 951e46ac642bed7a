using System.Buffers;
using System.Buffers.Binary;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>The receiving session as a server sees it: packets in, acknowledgements out.</summary>
internal sealed class InboundPort(int receiveMaximum)
{
    private readonly InboundSession _session = new(receiveMaximum);
    private readonly ArrayBufferWriter<byte> _output = new();

    public bool IsFull => _session.IsFull;

    public uint Epoch => _session.Epoch;

    public void Begin(MqttProtocolVersion version, bool isSessionPresent)
    {
        _session.Version = version;
        _session.BeginConnection(isSessionPresent);
    }

    /// <returns>Whether the message goes to the application, and the application's right to acknowledge it.</returns>
    public (bool IsGiven, MqttAcknowledgement Right) Receive(
        ushort identifier, MqttQos qos, bool isDuplicate)
    {
        var isGiven = _session.TryReceive(identifier, qos, isDuplicate, out var sequence);
        return (isGiven, new MqttAcknowledgement(_session.Epoch, sequence));
    }

    /// <summary>The word of the application.</summary>
    public void Acknowledge(MqttAcknowledgement right) => _session.Acknowledge(right.Epoch, right.Sequence);

    public List<(PacketType Type, ushort Identifier)> Release()
    {
        _session.Release(_output);
        return TakeOutput();
    }

    /// <summary>As the read loop does it: what was released before comes first.</summary>
    public List<(PacketType Type, ushort Identifier)> PubRel(ushort identifier)
    {
        _session.Release(_output);
        _session.OnPubRel(identifier, isOwnedByApplication: false, _output);
        return TakeOutput();
    }

    private List<(PacketType Type, ushort Identifier)> TakeOutput()
    {
        var packets = new List<(PacketType Type, ushort Identifier)>();
        var bytes = _output.WrittenSpan;
        while (!bytes.IsEmpty)
        {
            packets.Add(((PacketType)(bytes[0] >> 4), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])));
            bytes = bytes[(2 + bytes[1])..];
        }

        _output.ResetWrittenCount();
        return packets;
    }
}
