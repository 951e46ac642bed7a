using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Testing.Faults;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>
/// Where a client's packets come in: cut out of the bytes, counted, and struck by the faults of received packets
/// before anybody looks at them. Under the broker's gate.
/// </summary>
internal sealed class PacketGate(BrokerConnection connection, BrokerState state)
{
    private Task? _delay;
    private bool _hasWaited;

    /// <summary>
    /// The next packet that shall be handled; false when there is none yet, or when one has to wait, see
    /// <see cref="TryTakeDelay"/>.
    /// </summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out Frame frame, out FaultDeed deed)
    {
        deed = FaultDeed.None;
        var before = buffer;
        while (!connection.IsClosed && Frame.TryRead(ref buffer, state.Options.MaxPacketBytes, out frame))
        {
            if (_hasWaited)
            {
                _hasWaited = false;
                return true;
            }

            var fault = Note(frame, before.Slice(0, before.Length - buffer.Length));
            deed = fault?.Deed ?? FaultDeed.None;
            switch (deed)
            {
                case FaultDeed.Delay:
                    // Begun under the gate, so that a test which has seen the fault strike may move the clock.
                    _delay = Task.Delay(fault!.DelayTime, state.Options.Time); // A deed comes from a fault.
                    _hasWaited = true;
                    buffer = before;
                    return false;
                case FaultDeed.Cut:
                    connection.Close("The connection was cut on purpose.");
                    return false;
                case FaultDeed.Drop:
                    break;
                default:
                    if (!state.Faults.IsSilent)
                    {
                        return true;
                    }

                    break;
            }

            before = buffer;
        }

        frame = default;
        return false;
    }

    /// <summary>The wait of the next packet, told once; false when there is none.</summary>
    public bool TryTakeDelay([NotNullWhen(true)] out Task? delay)
    {
        delay = _delay;
        _delay = null;
        return delay is not null;
    }

    [SuppressMessage("Style", "IDE0017:Simplify object initialization", Justification = "It reads its own fields.")]
    private MqttTestFault? Note(in Frame frame, in ReadOnlySequence<byte> bytes)
    {
        var packet = new MqttTestPacket(
            isReceived: true, connection.ClientId, frame.Type.ToPublic(), connection.Peer.Version, bytes.ToArray())
        {
            At = state.Options.Time.GetUtcNow(),
        };
        if (packet is { Type: MqttPacketType.Connect, Connect: { } connect })
        {
            packet.ClientId = connect.ClientId;
            packet.Version = connect.Version;
        }

        packet.Fault = state.Faults.Strike(packet);
        state.Traffic.Add(packet);
        return packet.Fault;
    }
}
