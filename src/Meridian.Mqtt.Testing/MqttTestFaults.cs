using Meridian.Mqtt.Testing.Faults;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// What goes wrong at a test broker, on demand. Everything may be called at any time from any thread and works from the
/// next packet on.
/// </summary>
public sealed class MqttTestFaults
{
    private readonly Lock _gate = new();
    private readonly List<PacketFault> _script = [];
    private readonly HashSet<string> _refusedFilters = new(StringComparer.Ordinal);
    private readonly Action<string?> _cut;
    private MqttReasonCode _connectRefusal;
    private int _connectRefusals;

    // Read without the gate on every packet; the script itself is looked at under the gate only when this says so.
    private volatile bool _isArmed;
    private volatile bool _isSilent;

    internal MqttTestFaults(Action<string?> cut) => _cut = cut;

    /// <summary>
    /// While true the broker hears nothing and says nothing: bytes are read and thrown away, connections stay open, new
    /// ones get no CONNACK. What a client sends meanwhile is lost.
    /// </summary>
    /// <value>False by default.</value>
    public bool IsSilent
    {
        get => _isSilent;
        set => _isSilent = value;
    }

    /// <summary>
    /// How long PUBACK, PUBREC, PUBCOMP, SUBACK and UNSUBACK wait before they are sent; order is kept.
    /// </summary>
    /// <value>Zero by default.</value>
    public TimeSpan AcknowledgementDelay
    {
        get
        {
            lock (_gate)
            {
                return field;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_gate)
            {
                field = value;
                _isArmed = true;
            }
        }
    }

    /// <summary>Ends all connections now, without a word, as a failing network does.</summary>
    public void CutConnections() => _cut(null);

    /// <summary>Ends one client's connection now, without a word.</summary>
    /// <param name="clientId">The client; nothing happens when it is not connected.</param>
    public void CutConnection(string clientId) => _cut(clientId);

    /// <summary>Loses packets that clients send, as if they had not come.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="count">How many of the next ones.</param>
    public void DropReceived(MqttPacketType type, int count = 1) =>
        Arm(new PacketFault(IsReceived: true, type, PacketFate.Drop, 0, count, 0));

    /// <summary>Loses packets that the broker sends; its session believes that they went out.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="count">How many of the next ones.</param>
    public void DropSent(MqttPacketType type, int count = 1) =>
        Arm(new PacketFault(IsReceived: false, type, PacketFate.Drop, 0, count, 0));

    /// <summary>Ends the connection when a client's packet arrives, before it is looked at.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="after">How many of them pass first.</param>
    public void CutAtReceived(MqttPacketType type, int after = 0) =>
        Arm(new PacketFault(IsReceived: true, type, PacketFate.Cut, after, 1, 0));

    /// <summary>
    /// Ends the connection at a packet that the broker sends; what was to be sent before it goes out.
    /// </summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="after">How many of them pass first.</param>
    /// <param name="keptBytes">How many of its bytes go out still: the connection is cut within the packet.</param>
    public void CutAtSent(MqttPacketType type, int after = 0, int keptBytes = 0) =>
        Arm(new PacketFault(IsReceived: false, type, PacketFate.Cut, after, 1, keptBytes));

    /// <summary>Answers CONNECT with a refusal.</summary>
    /// <param name="reason">
    /// Why: one of the five reasons that CONNACK of 3.1.1 knows; others become "unavailable".
    /// </param>
    /// <param name="count">How many of the next ones.</param>
    public void RefuseConnects(MqttReasonCode reason, int count = int.MaxValue)
    {
        lock (_gate)
        {
            _connectRefusal = reason;
            _connectRefusals = count;
        }
    }

    /// <summary>Answers SUBSCRIBE for this Topic Filter with a failure (0x80) from now on.</summary>
    /// <param name="filter">The Topic Filter, exactly as the client writes it.</param>
    public void RefuseSubscription(string filter)
    {
        lock (_gate)
        {
            _refusedFilters.Add(filter);
        }
    }

    /// <summary>Ends all faults that are set; what they have done stays done.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _script.Clear();
            _refusedFilters.Clear();
            _connectRefusals = 0;
            AcknowledgementDelay = TimeSpan.Zero;
            _isSilent = false;
            _isArmed = false;
        }
    }

    internal PacketFate FateOfReceived(MqttPacketType type) =>
        _isSilent ? PacketFate.Drop : _isArmed ? Ask(isReceived: true, type, out _) : PacketFate.Pass;

    internal PacketFate FateOfSent(MqttPacketType type, out int keptBytes, out TimeSpan delay)
    {
        keptBytes = 0;
        delay = TimeSpan.Zero;
        if (_isSilent)
        {
            return PacketFate.Drop;
        }

        if (!_isArmed)
        {
            return PacketFate.Pass;
        }

        var fate = Ask(isReceived: false, type, out keptBytes);
        delay = type is MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubComp
            or MqttPacketType.SubAck or MqttPacketType.UnsubAck ? AcknowledgementDelay : TimeSpan.Zero;
        return fate;
    }

    internal bool RefusesConnect(out MqttReasonCode reason)
    {
        lock (_gate)
        {
            reason = _connectRefusal;
            return _connectRefusals > 0 && _connectRefusals-- > 0;
        }
    }

    internal bool RefusesSubscription(string filter)
    {
        lock (_gate)
        {
            return _refusedFilters.Contains(filter);
        }
    }

    private void Arm(PacketFault fault)
    {
        lock (_gate)
        {
            _script.Add(fault);
            _isArmed = true;
        }
    }

    private PacketFate Ask(bool isReceived, MqttPacketType type, out int keptBytes)
    {
        keptBytes = 0;
        lock (_gate)
        {
            foreach (var fault in _script)
            {
                if (fault.Takes(isReceived, type))
                {
                    keptBytes = fault.KeptBytes;
                    _script.RemoveAll(static f => f.IsSpent);
                    return fault.Fate;
                }
            }

            return PacketFate.Pass;
        }
    }
}
