using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using Meridian.Mqtt.Testing.Faults;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>
/// What goes out to one client: packets are encoded into a buffer under the broker's gate, one loop sends whatever has
/// gathered. The faults of sent packets strike here.
/// </summary>
internal sealed class Outbound(Lock gate, MqttTestFaults faults, TrafficLog traffic, TimeProvider time)
{
    // Full means "look again": one signal is as good as many.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Queue<(long Due, byte[] Packet)> _delayed = new();
    private OutboundBuffer _filling = new();
    private OutboundBuffer _sending = new();
    private ITimer? _timer;

    /// <summary>Nothing more is sent but what has gathered.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>How many bytes wait for the socket.</summary>
    public int WaitingBytes => _filling.Length;

    public void Publish(in PublishPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WritePublish(_filling, MqttProtocolVersion.V311, packet);
        Apply(MqttPacketType.Publish, start);
    }

    public void Acknowledge(PacketType type, ushort identifier)
    {
        var start = _filling.Length;
        PacketEncoder.WriteAcknowledgement(
            _filling, MqttProtocolVersion.V311, type, new AcknowledgementPacket(identifier));
        Apply((MqttPacketType)type, start);
    }

    public void ConnAck(ConnAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteConnAck(_filling, MqttProtocolVersion.V311, packet);
        Apply(MqttPacketType.ConnAck, start);
    }

    public void SubAck(SubAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteSubAck(_filling, MqttProtocolVersion.V311, packet);
        Apply(MqttPacketType.SubAck, start);
    }

    public void UnsubAck(UnsubAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteUnsubAck(_filling, MqttProtocolVersion.V311, packet);
        Apply(MqttPacketType.UnsubAck, start);
    }

    public void PingResp()
    {
        var start = _filling.Length;
        PacketEncoder.WriteEmpty(_filling, PacketType.PingResp);
        Apply(MqttPacketType.PingResp, start);
    }

    /// <summary>Lets the loop send what has gathered and then end the connection.</summary>
    public void End()
    {
        IsEnding = true;
        Signal();
    }

    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Ends the loop at once; what has gathered is lost with its connection.</summary>
    public void Stop()
    {
        _signal.Writer.TryComplete();
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>
    /// Sends until the connection ends. <paramref name="onSent"/> is called under the gate when room came free.
    /// </summary>
    public async Task RunAsync(Socket socket, Action onSent)
    {
        var isEnded = false;
        while (!isEnded && await _signal.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _signal.Reader.TryRead(out _);
            while (Swap(onSent, out isEnded))
            {
                var rest = _sending.Written;
                while (!rest.IsEmpty)
                {
                    rest = rest[await socket.SendAsync(rest).ConfigureAwait(false)..];
                }
            }
        }
    }

    /// <summary>Gives the gathered bytes to the loop; false when there are none.</summary>
    private bool Swap(Action onSent, out bool isEnded)
    {
        lock (gate)
        {
            _sending.Clear();
            (_filling, _sending) = (_sending, _filling);
            if (!IsEnding)
            {
                onSent();
            }

            isEnded = IsEnding && _sending.Length == 0;
            return _sending.Length > 0;
        }
    }

    private void Apply(MqttPacketType type, int start)
    {
        traffic.CountSent(type);
        var fate = IsEnding ? PacketFate.Drop : faults.FateOfSent(type, out var keptBytes, out var delay) switch
        {
            PacketFate.Pass when delay > TimeSpan.Zero || (IsDelayable(type) && _delayed.Count > 0) =>
                Delay(start, delay),
            PacketFate.Cut => Cut(start, keptBytes),
            var other => other,
        };
        if (fate == PacketFate.Drop)
        {
            _filling.Truncate(start);
        }
        else
        {
            Signal();
        }
    }

    private static bool IsDelayable(MqttPacketType type) =>
        type is MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubComp
            or MqttPacketType.SubAck or MqttPacketType.UnsubAck;

    private PacketFate Cut(int start, int keptBytes)
    {
        _filling.Truncate(Math.Min(_filling.Length, start + keptBytes));
        IsEnding = true;
        return PacketFate.Cut;
    }

    private PacketFate Delay(int start, TimeSpan delay)
    {
        _delayed.Enqueue((time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency),
            _filling.Written[start..].ToArray()));
        _timer ??= time.CreateTimer(
            static self => ((Outbound)self!).ReleaseDelayed(), this, delay, Timeout.InfiniteTimeSpan);
        return PacketFate.Drop;
    }

    private void ReleaseDelayed()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            while (_delayed.TryPeek(out var next) && next.Due <= now)
            {
                _filling.Write(_delayed.Dequeue().Packet);
            }

            Signal();
            if (_delayed.TryPeek(out var later))
            {
                _timer?.Change(time.GetElapsedTime(now, later.Due), Timeout.InfiniteTimeSpan);
            }
            else
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }
}
