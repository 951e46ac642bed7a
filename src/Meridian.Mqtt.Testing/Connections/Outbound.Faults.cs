using System.Buffers;
using Meridian.Mqtt.Testing.Faults;

namespace Meridian.Mqtt.Testing.Connections;

/// <content>The faults of sent packets strike between the encoding and the buffer's next send.</content>
internal sealed partial class Outbound
{
    /// <summary>Counts the packet behind <paramref name="start"/> and lets the faults at it.</summary>
    /// <returns>False when it is lost.</returns>
    private bool Finish(MqttPacketType type, int start, ushort endedFlow = 0)
    {
        if (IsEnding)
        {
            _filling.Truncate(start);
            return false;
        }

        var packet = new MqttTestPacket(
            isReceived: false, _connection.ClientId, type, Version, _filling.Written[start..].ToArray())
        {
            At = _state.Options.Time.GetUtcNow(),
        };
        var fault = _state.Faults.Strike(packet);
        packet.Fault = fault;
        _state.Traffic.Add(packet);
        var delay = fault?.Deed == FaultDeed.Delay ? fault.DelayTime
            : HeldPackets.IsAcknowledgement(type) ? _state.Faults.AcknowledgementDelay : TimeSpan.Zero;
        if (_state.Faults.IsSilent || fault?.Deed == FaultDeed.Drop)
        {
            _filling.Truncate(start);
            return false;
        }

        if (fault is not null && fault.Deed != FaultDeed.Delay)
        {
            Suffer(fault, packet, start, endedFlow);
        }
        else if (delay > TimeSpan.Zero || _held.HoldsUp(type))
        {
            _filling.Truncate(start);
            _held.Add(packet, delay, endedFlow);
        }
        else
        {
            _connection.EndFlow(endedFlow);
            Signal();
        }

        return true;
    }

    private void Suffer(MqttTestFault fault, MqttTestPacket packet, int start, ushort endedFlow)
    {
        switch (fault.Deed)
        {
            case FaultDeed.Cut or FaultDeed.CutWithin or FaultDeed.CutAfter:
                var kept = fault.Deed == FaultDeed.CutAfter ? packet.Bytes.Length : fault.KeptBytes;
                _filling.Truncate(Math.Min(_filling.Length, start + kept));
                IsCut = true;
                IsEnding = true;
                break;
            case FaultDeed.Duplicate:
                _filling.Write(packet.Bytes.Span);
                _connection.EndFlow(endedFlow);
                break;
            case FaultDeed.Alter:
                var altered = fault.Altered(packet);
                _filling.Truncate(start);
                _filling.Write(altered.Span);
                var seen = new MqttTestPacket(isReceived: false, packet.ClientId, packet.Type, Version, altered);
                _connection.EndFlow(seen.PacketIdentifier == endedFlow ? endedFlow : (ushort)0);
                break;
        }

        Signal();
    }

    private void Release(MqttTestPacket packet, ushort endedFlow)
    {
        if (!IsEnding)
        {
            _filling.Write(packet.Bytes.Span);
            _connection.EndFlow(endedFlow);
            Signal();
        }
    }
}
