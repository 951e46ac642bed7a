namespace Meridian.Mqtt.Testing;

/// <summary>
/// What goes wrong at a test broker, on demand. Everything may be called at any time from any thread and works from the
/// next packet on. Nothing is random, and all times are the broker's clock's.
/// </summary>
public sealed partial class MqttTestFaults
{
    private readonly Lock _gate = new();
    private readonly List<MqttTestFault> _script = [];
    private readonly Action<string?> _cut;
    private readonly TimeProvider _time;

    // Read without the gate on every packet; the script itself is looked at under the gate only when this says so.
    private volatile bool _isArmed;
    private volatile bool _isSilent;

    internal MqttTestFaults(Action<string?> cut, TimeProvider time)
    {
        _cut = cut;
        _time = time;
    }

    /// <summary>
    /// While true the broker hears nothing and says nothing: bytes are read and thrown away, connections stay open, new
    /// ones get no CONNACK. What a client sends meanwhile is lost.
    /// </summary>
    /// <remarks>For one client: <c>OnReceived(MqttPacketType.Any).Client(id).Always().Drop()</c>.</remarks>
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

    /// <summary>Begins a fault of packets that clients send; it strikes when its deed is named.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    public MqttTestFault OnReceived(MqttPacketType type) => new(this, isReceived: true, type);

    /// <summary>Begins a fault of packets that the broker sends; it strikes when its deed is named.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    public MqttTestFault OnSent(MqttPacketType type) => new(this, isReceived: false, type);

    /// <summary>Ends all connections now, without a word, as a failing network does.</summary>
    public void CutConnections() => _cut(null);

    /// <summary>Ends one client's connection now, without a word.</summary>
    /// <param name="clientId">The client; nothing happens when it is not connected.</param>
    public void CutConnection(string clientId) => _cut(clientId);

    /// <summary>Loses packets that clients send, as if they had not come.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="count">How many of the next ones.</param>
    public MqttTestFault DropReceived(MqttPacketType type, int count = 1) => OnReceived(type).Times(count).Drop();

    /// <summary>Loses packets that the broker sends; its session believes that they went out.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="count">How many of the next ones.</param>
    public MqttTestFault DropSent(MqttPacketType type, int count = 1) => OnSent(type).Times(count).Drop();

    /// <summary>Ends the connection when a client's packet arrives, before it is looked at.</summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="after">How many of them pass first.</param>
    public MqttTestFault CutAtReceived(MqttPacketType type, int after = 0) => OnReceived(type).After(after).Cut();

    /// <summary>
    /// Ends the connection at a packet that the broker sends; what was to be sent before it goes out.
    /// </summary>
    /// <param name="type">Which type; <see cref="MqttPacketType.Any"/> for all.</param>
    /// <param name="after">How many of them pass first.</param>
    /// <param name="keptBytes">How many of its bytes go out still: the connection is cut within the packet.</param>
    public MqttTestFault CutAtSent(MqttPacketType type, int after = 0, int keptBytes = 0) =>
        OnSent(type).After(after).CutWithin(keptBytes);

    /// <summary>Ends all faults that are set; what they have done stays done.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _script.Clear();
            AcknowledgementDelay = TimeSpan.Zero;
            _isSilent = false;
            _isArmed = false;
            ClearRefusals();
        }

        ResumeReading();
    }

    internal void Arm(MqttTestFault fault)
    {
        lock (_gate)
        {
            fault.Begin(_time.GetTimestamp());
            _script.Add(fault);
            _isArmed = true;
        }
    }

    internal void Remove(MqttTestFault fault)
    {
        lock (_gate)
        {
            _script.Remove(fault);
        }
    }

    /// <summary>The fault that strikes a packet, or null.</summary>
    internal MqttTestFault? Strike(MqttTestPacket packet)
    {
        if (!_isArmed)
        {
            return null;
        }

        lock (_gate)
        {
            foreach (var fault in _script)
            {
                if (fault.Takes(packet, _time))
                {
                    _script.RemoveAll(static f => f.IsSpent);
                    return fault;
                }
            }

            return null;
        }
    }
}
