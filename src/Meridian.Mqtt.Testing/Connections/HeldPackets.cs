using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>
/// Packets that a fault keeps from going out for a while. Those of one kind keep their order; nothing overtakes a
/// CONNACK. Guarded by the broker's gate.
/// </summary>
internal sealed class HeldPackets(BrokerState state, Action<MqttTestPacket, ushort> release)
{
    private readonly List<Held> _held = [];
    private ITimer? _timer;

    public static bool IsAcknowledgement(MqttPacketType type) =>
        type is MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubComp
            or MqttPacketType.SubAck or MqttPacketType.UnsubAck;

    /// <summary>Whether a packet must wait for one that is held.</summary>
    public bool HoldsUp(MqttPacketType type) => _held.Exists(held => IsBehind(held, type));

    public void Add(MqttTestPacket packet, TimeSpan delay, ushort endedFlow)
    {
        var time = state.Options.Time;
        _held.Add(new Held(
            time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency), packet, endedFlow));
        _timer?.Dispose();
        _timer = time.CreateTimer(
            static self => ((HeldPackets)self!).ReleaseDue(), this, NextDue(), Timeout.InfiniteTimeSpan);
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
        _held.Clear();
    }

    private static bool IsBehind(Held held, MqttPacketType type) =>
        held.Packet.Type == MqttPacketType.ConnAck || Lane(held.Packet.Type) == Lane(type);

    private static MqttPacketType Lane(MqttPacketType type) => IsAcknowledgement(type) ? MqttPacketType.PubAck
        : type == MqttPacketType.PubRel ? MqttPacketType.Publish
        : type;

    private void ReleaseDue()
    {
        lock (state.Gate)
        {
            var now = state.Options.Time.GetTimestamp();
            for (var i = 0; i < _held.Count;)
            {
                var held = _held[i];
                if (held.Due <= now && !_held.Take(i).Any(earlier => IsBehind(earlier, held.Packet.Type)))
                {
                    _held.RemoveAt(i);
                    release(held.Packet, held.EndedFlow);
                }
                else
                {
                    i++;
                }
            }

            if (_held.Count > 0)
            {
                _timer?.Change(NextDue(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>When the first of any lane is due; never in the past, and never a busy loop.</summary>
    private TimeSpan NextDue()
    {
        var time = state.Options.Time;
        var now = time.GetTimestamp();
        var next = _held.Where((held, i) => !_held.Take(i).Any(earlier => IsBehind(earlier, held.Packet.Type)))
            .Min(static held => held.Due);
        var left = time.GetElapsedTime(now, next);
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private readonly record struct Held(long Due, MqttTestPacket Packet, ushort EndedFlow);
}
