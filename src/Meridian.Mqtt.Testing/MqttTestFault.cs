using Meridian.Mqtt.Testing.Faults;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// One thing that goes wrong: which packets it strikes (<see cref="Client"/>, <see cref="Topic"/>,
/// <see cref="Where"/>), when (<see cref="After"/>, <see cref="Times"/>, <see cref="StartingIn"/>,
/// <see cref="Lasting"/>), and what it does to them (<see cref="Drop"/> and the other deeds). It strikes from the
/// moment its deed is named; conditions are set before that.
/// </summary>
/// <remarks>
/// Made by <see cref="MqttTestFaults.OnReceived"/> and <see cref="MqttTestFaults.OnSent"/>. Where several faults match
/// a packet the one that was armed first strikes; a fault that lets a packet pass (<see cref="After"/>) leaves it to
/// the next.
/// </remarks>
/// <example>
/// <code>
/// var lost = broker.Faults.OnSent(MqttPacketType.PubAck).Client("press-7").After(2).Times(3).Drop();
/// await broker.WaitForAsync(() => lost.StruckCount == 3);
/// </code>
/// </example>
public sealed class MqttTestFault
{
    private readonly MqttTestFaults _owner;
    private readonly bool _isReceived;
    private readonly MqttPacketType _type;
    private string? _clientId;
    private string? _topicFilter;
    private Func<MqttTestPacket, bool>? _condition;
    private Func<MqttTestPacket, ReadOnlyMemory<byte>>? _alter;
    private TimeSpan _startsAfter;
    private TimeSpan _lasts = TimeSpan.MaxValue;
    private long _armedAt;
    private int _after;
    private int _times = 1;
    private int _seen;
    private int _struck;

    internal MqttTestFault(MqttTestFaults owner, bool isReceived, MqttPacketType type)
    {
        _owner = owner;
        _isReceived = isReceived;
        _type = type;
    }

    /// <summary>How many packets it has struck.</summary>
    public int StruckCount => Volatile.Read(ref _struck);

    internal FaultDeed Deed { get; private set; }

    internal int KeptBytes { get; private set; }

    internal TimeSpan DelayTime { get; private set; }

    internal bool IsSpent => _struck >= _times;

    /// <summary>Only packets of this client.</summary>
    /// <param name="clientId">Its Client Identifier.</param>
    public MqttTestFault Client(string clientId) => Set(() => _clientId = clientId);

    /// <summary>Only PUBLISH packets whose Topic Name a Topic Filter selects.</summary>
    /// <param name="filter">The Topic Filter. A packet that has a Topic Alias only is not selected.</param>
    public MqttTestFault Topic(string filter) => Set(() => _topicFilter = filter);

    /// <summary>Only packets that a condition selects.</summary>
    /// <param name="condition">Called within the broker's lock: it looks at the packet and returns, no more.</param>
    public MqttTestFault Where(Func<MqttTestPacket, bool> condition) => Set(() => _condition = condition);

    /// <summary>Lets some pass first.</summary>
    /// <param name="count">How many of the packets that it would strike.</param>
    public MqttTestFault After(int count) => Set(() => _after = count);

    /// <summary>Strikes several in a row.</summary>
    /// <param name="count">How many; <see cref="int.MaxValue"/> for all.</param>
    /// <value>One when not said.</value>
    public MqttTestFault Times(int count) => Set(() => _times = count);

    /// <summary>Strikes all until it is removed.</summary>
    public MqttTestFault Always() => Times(int.MaxValue);

    /// <summary>Strikes only when some time has gone since it was armed, by the broker's clock.</summary>
    /// <param name="time">How long.</param>
    public MqttTestFault StartingIn(TimeSpan time) => Set(() => _startsAfter = time);

    /// <summary>Strikes for some time only, counted from its start; usually with <see cref="Always"/>.</summary>
    /// <param name="time">How long.</param>
    public MqttTestFault Lasting(TimeSpan time) => Set(() => _lasts = time);

    /// <summary>
    /// The packet is lost. A received one was never there; of a sent one the broker believes that it went out.
    /// </summary>
    public MqttTestFault Drop() => Arm(FaultDeed.Drop);

    /// <summary>
    /// The connection ends in place of the packet, without a word. What was to be sent before it goes out.
    /// </summary>
    public MqttTestFault Cut() => Arm(FaultDeed.Cut);

    /// <summary>
    /// The connection ends behind the packet: a received one is taken, and its answer never leaves; a sent one goes
    /// out, and nothing after it.
    /// </summary>
    public MqttTestFault CutAfter() => Arm(FaultDeed.CutAfter);

    /// <summary>The connection ends within the packet. For sent packets.</summary>
    /// <param name="keptBytes">How many of its bytes go out still.</param>
    public MqttTestFault CutWithin(int keptBytes)
    {
        DemandSent();
        KeptBytes = keptBytes;
        return Arm(FaultDeed.CutWithin);
    }

    /// <summary>
    /// The packet waits. A received one holds up all that its client sends behind it; a sent one holds up those of its
    /// kind (acknowledgements, or publications) so that their order is kept.
    /// </summary>
    /// <param name="time">How long, by the broker's clock.</param>
    public MqttTestFault Delay(TimeSpan time)
    {
        DelayTime = time;
        return Arm(FaultDeed.Delay);
    }

    /// <summary>The packet comes, or goes out, twice.</summary>
    public MqttTestFault Duplicate() => Arm(FaultDeed.Duplicate);

    /// <summary>Other bytes go out in its place; they need not be a packet. For sent packets.</summary>
    /// <param name="alter">Makes them; called within the broker's lock.</param>
    public MqttTestFault Alter(Func<MqttTestPacket, ReadOnlyMemory<byte>> alter)
    {
        DemandSent();
        _alter = alter;
        return Arm(FaultDeed.Alter);
    }

    /// <summary>The packet goes out with a wrong Packet Identifier. For sent packets.</summary>
    /// <param name="identifier">Which.</param>
    public MqttTestFault WithPacketIdentifier(ushort identifier) =>
        Alter(packet => PacketRewriter.WithPacketIdentifier(packet, identifier));

    /// <summary>
    /// The packet goes out with another Reason Code: CONNACK and SUBACK of any version, the others of 5.0. For sent
    /// packets.
    /// </summary>
    /// <param name="code">The code; before 5.0 the byte of that version, such as 3 for a CONNACK.</param>
    public MqttTestFault WithReasonCode(MqttReasonCode code) =>
        Alter(packet => PacketRewriter.WithReasonCode(packet, (byte)code));

    /// <summary>Ends the fault; what it has done stays done.</summary>
    public void Remove() => _owner.Remove(this);

    internal void Begin(long now) => _armedAt = now;

    internal ReadOnlyMemory<byte> Altered(MqttTestPacket packet) => _alter is null ? packet.Bytes : _alter(packet);

    /// <summary>Whether it strikes this packet, which is counted then. Under the lock of the faults.</summary>
    internal bool Takes(MqttTestPacket packet, TimeProvider time)
    {
        var age = time.GetElapsedTime(_armedAt) - _startsAfter;
        if (packet.IsReceived != _isReceived
            || (_type != MqttPacketType.Any && _type != packet.Type)
            || IsSpent
            || age < TimeSpan.Zero
            || age >= _lasts
            || (_clientId is not null && !string.Equals(_clientId, packet.ClientId, StringComparison.Ordinal))
            || (_topicFilter is not null && !(packet.Topic is { Length: > 0 } topic
                && TopicFilter.Matches(_topicFilter, topic)))
            || (_condition is not null && !_condition(packet))
            || ++_seen <= _after)
        {
            return false;
        }

        Volatile.Write(ref _struck, _struck + 1);
        return true;
    }

    private MqttTestFault Set(Action set)
    {
        if (Deed != FaultDeed.None)
        {
            throw new InvalidOperationException(
                "The fault strikes already; say which packets and when before what it does to them.");
        }

        set();
        return this;
    }

    private MqttTestFault Arm(FaultDeed deed) => Set(() =>
    {
        Deed = deed;
        _owner.Arm(this);
    });

    private void DemandSent()
    {
        if (_isReceived)
        {
            throw new InvalidOperationException(
                "Only a packet that the broker sends can be cut within or altered; begin with OnSent.");
        }
    }
}
