using System.Buffers;
using System.Threading.Channels;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>
/// What goes out to one client: packets are encoded into a buffer under the broker's gate, one loop sends whatever has
/// gathered.
/// </summary>
internal sealed partial class Outbound
{
    // Full means "look again": one signal is as good as many.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly BrokerConnection _connection;
    private readonly BrokerState _state;
    private readonly HeldPackets _held;
    private readonly Dictionary<string, ushort> _aliases = new(StringComparer.Ordinal);
    private OutboundBuffer _filling = new();
    private OutboundBuffer _sending = new();

    public Outbound(BrokerConnection connection, BrokerState state)
    {
        _connection = connection;
        _state = state;
        _held = new HeldPackets(state, Release);
    }

    /// <summary>Nothing more is sent but what has gathered.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>A fault ended it: no layer says goodbye.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How many bytes wait for the socket.</summary>
    public int WaitingBytes => _filling.Length;

    private MqttProtocolVersion Version => _connection.Peer.Version;

    /// <summary>Whether the client takes a packet of this size [MQTT-3.1.2-24].</summary>
    public bool Fits(in PublishPacket packet) =>
        _connection.Peer.MaximumPacketSize == 0
        || PacketEncoder.PublishBytes(Version, packet) <= _connection.Peer.MaximumPacketSize;

    public void Publish(in PublishPacket packet)
    {
        var start = _filling.Length;
        var alias = FindAlias(packet.Topic, out var isKnown);
        PacketEncoder.WritePublish(
            _filling, Version, packet with { TopicAlias = alias, Topic = isKnown ? "" : packet.Topic });
        if (!Finish(MqttPacketType.Publish, start) && !isKnown)
        {
            _aliases.Remove(packet.Topic); // The client has not heard of it.
        }
    }

    public void Acknowledge(PacketType type, AcknowledgementPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteAcknowledgement(
            _filling, Version, type, packet with { Details = Shown(packet.Details) });
        var endsFlow = type is PacketType.PubAck or PacketType.PubComp
            || (type == PacketType.PubRec && packet.ReasonCode >= MqttReasonCode.UnspecifiedError);
        Finish(type.ToPublic(), start, endsFlow ? packet.PacketIdentifier : (ushort)0);
    }

    public void ConnAck(MqttProtocolVersion version, ConnAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteConnAck(_filling, version, packet);
        Finish(MqttPacketType.ConnAck, start);
    }

    public void SubAck(SubAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteSubAck(_filling, Version, packet with { Details = Shown(packet.Details) });
        Finish(MqttPacketType.SubAck, start);
    }

    public void UnsubAck(UnsubAckPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteUnsubAck(_filling, Version, packet);
        Finish(MqttPacketType.UnsubAck, start);
    }

    public void PingResp()
    {
        var start = _filling.Length;
        PacketEncoder.WriteEmpty(_filling, PacketType.PingResp);
        Finish(MqttPacketType.PingResp, start);
    }

    /// <summary>From 5.0 on only.</summary>
    public void Disconnect(DisconnectPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteDisconnect(_filling, Version, packet);
        Finish(MqttPacketType.Disconnect, start);
    }

    public void Auth(AuthPacket packet)
    {
        var start = _filling.Length;
        PacketEncoder.WriteAuth(_filling, packet);
        Finish(MqttPacketType.Auth, start);
    }

    /// <summary>Bytes that need not be a packet; neither counted nor struck by faults.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        _filling.Write(bytes);
        Signal();
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
        _held.Stop();
    }

    /// <summary>
    /// Sends until the connection ends. <paramref name="onSent"/> is called under the gate when room came free.
    /// </summary>
    public async Task RunAsync(Stream stream, Action onSent)
    {
        var isEnded = false;
        while (!isEnded && await _signal.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _signal.Reader.TryRead(out _);
            while (Swap(onSent, out isEnded))
            {
                await stream.WriteAsync(_sending.Written).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives the gathered bytes to the loop; false when there are none.</summary>
    private bool Swap(Action onSent, out bool isEnded)
    {
        lock (_state.Gate)
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

    /// <summary>The first topics get the aliases that the client allows [MQTT-3.3.2-11]; zero for none.</summary>
    private ushort FindAlias(string topic, out bool isKnown)
    {
        isKnown = _aliases.TryGetValue(topic, out var alias);
        if (!isKnown && _state.Options.SendsTopicAliases && _aliases.Count < _connection.Peer.TopicAliasMaximum)
        {
            alias = (ushort)(_aliases.Count + 1);
            _aliases.Add(topic, alias);
        }

        return alias;
    }

    /// <summary>Words go only to who wants them [MQTT-3.1.2-29].</summary>
    private ReasonDetails? Shown(ReasonDetails? details) =>
        _connection.Peer.RequestProblemInformation ? details : null;
}
