using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <summary>
/// The receiving half of the Session State: what was delivered to the application and is not acknowledged, in receive
/// order, and which QoS 2 identifiers await PUBREL. PUBACK and PUBREC leave in receive order whatever the order of the
/// application's word [MQTT-4.6.0-2]; only what a full stream cannot take steps out of the line.
/// </summary>
/// <remarks>Pure: no socket, task, clock or lock. A ring of eight bytes per message: places are sequence numbers modulo
/// its size. Sequence numbers go on over connections.
/// <code>
///   head ─► [acknowledged] [aside] [acknowledged] [waits] [acknowledged] ◄─ tail
///           └── leave at the next Release, one aside when it is ──┘ └── wait for the one before ──┘
///                                            acknowledged itself
/// </code></remarks>
/// <param name="receiveMaximum">How many messages may be unacknowledged.</param>
/// <param name="maxHeldBytes">How many bytes of payload may stand aside before reading pauses.</param>
/// <param name="pauses">Whether reading pauses at the maximum in 5.0 too, where it is the server's to keep.</param>
internal sealed partial class InboundSession(
    int receiveMaximum, long maxHeldBytes = long.MaxValue, bool pauses = false)
{
    private const int InitialPlaces = 16;

    // Behind a message that is never acknowledged others may step aside and be done for ever; the line ends somewhere.
    private const int MaxPlaces = 262_144;

    private readonly IdentifierSet _held = new();
    private readonly IdentifierSet _awaitingRelease = new();
    private readonly IdentifierSet _keptByClient = new();
    private readonly IdentifierSet _releasing = new();
    private readonly IdentifierSet _counted = new();
    private readonly Dictionary<uint, Aside> _aside = [];
    private readonly Queue<Ready> _asideReady = new();
    private readonly CarriedDeliveries _carried = new();
    private Place[] _places = new Place[InitialPlaces];
    private uint _head;
    private uint _tail;
    private long _heldBytes;
    private long _onlyCopyBytes;
    private int _onlyCopies;
    private bool _hasMadeRoom;
    private int _used;
    private int _credit;

    /// <summary>What the living connection speaks.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V311;

    /// <summary>Hears what a restart must know; null without a session store.</summary>
    public ISessionSteps? Steps { get; set; }

    /// <summary>The connection that acknowledgements belong to, from 1.</summary>
    public uint Epoch { get; private set; }

    /// <summary>How many messages of this connection have no PUBACK or PUBREC yet.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// True when no further message at QoS 1 or 2 may be taken for now. In 5.0 the server keeps count itself, and one
    /// message too many is its fault.
    /// </summary>
    public bool IsFull => ((Version < MqttProtocolVersion.V50 || pauses) && Count >= receiveMaximum)
        || _heldBytes + _onlyCopyBytes >= maxHeldBytes || _onlyCopies >= receiveMaximum
        || _tail - _head >= MaxPlaces;

    /// <summary>True when <see cref="Release"/> has something to send, or makes room.</summary>
    public bool HasReleasable => _hasMadeRoom || _asideReady.Count > 0
        || (_head != _tail && PlaceOf(_head).Stage != Stage.Waits);

    /// <summary>A connection begins. What the application still held at QoS 1 is void: the server sends it again. So is
    /// what it held at QoS 2, unless it is acknowledged before it comes again.</summary>
    /// <param name="isSessionPresent">Whether the server knows the session.</param>
    /// <param name="unreleased">The identifiers that the application knows to be safe and unreleased.</param>
    public void BeginConnection(bool isSessionPresent, IEnumerable<ushort>? unreleased = null)
    {
        Epoch = Epoch == uint.MaxValue ? 1 : Epoch + 1;
        if (isSessionPresent)
        {
            CarryOver();
        }
        else
        {
            _awaitingRelease.Clear();
            _keptByClient.Clear();
            _carried.Clear();
            Steps?.ReceivedLost();
        }

        _head = _tail;
        _aside.Clear();
        _asideReady.Clear();
        _held.Clear();
        _counted.Clear();
        _releasing.Clear();
        _heldBytes = 0;
        _used = _credit = Count = 0;
        foreach (var identifier in isSessionPresent ? unreleased ?? [] : [])
        {
            _awaitingRelease.Add(identifier);
            _carried.Remove(identifier);
        }
    }

    /// <summary>A PUBLISH at QoS 1 or 2 came. Only while not <see cref="IsFull"/>.</summary>
    /// <param name="identifier">Its Packet Identifier.</param>
    /// <param name="qos">Its QoS.</param>
    /// <param name="isDuplicate">Its DUP flag.</param>
    /// <param name="sequence">What <see cref="Acknowledge"/> wants.</param>
    /// <returns>False when it is a repeat that must not be delivered [MQTT-4.3.3-10].</returns>
    /// <exception cref="MqttProtocolException">The server sends more than Receive Maximum (5.0).</exception>
    public bool TryReceive(ushort identifier, MqttQos qos, bool isDuplicate, out uint sequence)
    {
        sequence = _tail;
        if (qos == MqttQos.AtLeastOnce)
        {
            Append(new Place(identifier, qos, Stage.Waits, IsRepeat: false, IsKept: false));
            return true;
        }

        if (_held.Contains(identifier))
        {
            return false; // Its PUBREC leaves when the application has spoken.
        }

        if (_awaitingRelease.Contains(identifier))
        {
            // A repeat takes a place too, acknowledged at once: its PUBREC keeps its turn.
            Append(new Place(identifier, qos, Stage.Acknowledged, IsRepeat: true, IsKept: false));
            return false;
        }

        var carried = TakeCarried(identifier, isDuplicate);
        var isSafe = carried?.IsSafe == true;
        Append(new Place(
            identifier,
            qos,
            isSafe ? Stage.Acknowledged : Stage.Waits,
            IsRepeat: false,
            IsKept: carried?.IsKept == true));
        _held.Add(identifier);
        if (carried is not null && !isSafe)
        {
            _carried.Change(carried with { SequenceNow = sequence });
            StepAside(sequence, carried.HeldBytes);
        }

        return carried is null;
    }

    /// <summary>The client itself keeps the message, at QoS 2: it is not wanted again on a later connection.</summary>
    public void Keep(uint sequence)
    {
        if (IsInLine(sequence))
        {
            ref var place = ref PlaceOf(sequence);
            place = place with { IsKept = true };
        }
    }

    /// <summary>A message must wait for a full stream: the others no longer wait for it.</summary>
    /// <returns>True when <see cref="Release"/> should be called soon.</returns>
    public bool StepAside(uint sequence, int bytes)
    {
        if (!IsInLine(sequence) || PlaceOf(sequence).Stage != Stage.Waits)
        {
            return false;
        }

        ref var place = ref PlaceOf(sequence);
        place = place with { Stage = Stage.Aside };
        _aside.Add(sequence, new Aside(place, bytes));
        _heldBytes += bytes;
        return sequence == _head;
    }

    /// <summary>
    /// Messages that full streams hold of sessions that are lost come, or are taken. Nothing acknowledges them, so the
    /// server is held back for them here, or each loss of a session would add as many.
    /// </summary>
    public void ChangeOnlyCopies(int count, long bytes)
    {
        _onlyCopies += count;
        _onlyCopyBytes += bytes;
        _hasMadeRoom |= count < 0;
    }

    /// <summary>The application is done with a message.</summary>
    /// <returns>True when <see cref="Release"/> should be called soon.</returns>
    public bool Acknowledge(uint epoch, uint sequence)
    {
        if (epoch != Epoch)
        {
            return AcknowledgeLate(sequence);
        }

        if (_aside.Count > 0 && _aside.Remove(sequence, out var aside))
        {
            _heldBytes -= aside.Bytes;
            _asideReady.Enqueue(new Ready(sequence, aside.Place));
            return true;
        }

        if (!IsInLine(sequence) || PlaceOf(sequence).Stage != Stage.Waits)
        {
            return false; // Long gone: acknowledged twice.
        }

        ref var place = ref PlaceOf(sequence);
        place = place with { Stage = Stage.Acknowledged };
        return sequence == _head;
    }

    /// <summary>Sends PUBACK and PUBREC for all from the oldest on that are acknowledged.</summary>
    public void Release(IBufferWriter<byte> output)
    {
        _hasMadeRoom = false;
        while (_asideReady.TryDequeue(out var ready))
        {
            Answer(ready.Place, output);
        }

        while (_head != _tail && PlaceOf(_head).Stage != Stage.Waits)
        {
            var place = PlaceOf(_head++);
            if (place.Stage == Stage.Acknowledged)
            {
                Answer(place, output);
            }
        }
    }

    private void Answer(Place place, IBufferWriter<byte> output)
    {
        Count--;
        if (place.Qos == MqttQos.AtLeastOnce)
        {
            _used--;
            PacketEncoder.WriteAcknowledgement(
                output, Version, PacketType.PubAck, new AcknowledgementPacket(place.Identifier));
            return;
        }

        if (place.IsRepeat)
        {
            _used--;
            if (!_awaitingRelease.Contains(place.Identifier))
            {
                return; // Its PUBCOMP has left before its turn came: the identifier is free, or a new message's.
            }
        }
        else
        {
            _held.Remove(place.Identifier);
            _carried.Remove(place.Identifier);
            _awaitingRelease.Add(place.Identifier);
            Steps?.Received(place.Identifier);
            _counted.Add(place.Identifier);
            if (place.IsKept)
            {
                _keptByClient.Add(place.Identifier);
            }
        }

        PacketEncoder.WriteAcknowledgement(
            output, Version, PacketType.PubRec, new AcknowledgementPacket(place.Identifier));
    }

    private void Append(Place place)
    {
        // What PUBCOMP has freed on this connection for an earlier one's message is the server's too [MQTT-4.9.0-1].
        if (Version >= MqttProtocolVersion.V50 && !pauses && _used >= receiveMaximum + _credit)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.4-9",
                MqttReasonCode.ReceiveMaximumExceeded,
                $"The server sent a PUBLISH beyond the client's Receive Maximum of {receiveMaximum}.");
        }

        if (_tail - _head == _places.Length)
        {
            Grow();
        }

        PlaceOf(_tail++) = place;
        _used++;
        Count++;
    }

    private bool IsInLine(uint sequence) => sequence - _head < _tail - _head;

    private ref Place PlaceOf(uint sequence) => ref _places[sequence & (uint)(_places.Length - 1)];

    private void Grow()
    {
        var old = _places;
        var larger = new Place[old.Length * 2];
        for (var sequence = _head; sequence != _tail; sequence++)
        {
            larger[sequence & (uint)(larger.Length - 1)] = old[sequence & (uint)(old.Length - 1)];
        }

        _places = larger;
    }

    private enum Stage : byte
    {
        Waits,
        Acknowledged,
        Aside,
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(ushort Identifier, MqttQos Qos, Stage Stage, bool IsRepeat, bool IsKept);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Aside(Place Place, int Bytes);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Ready(uint Sequence, Place Place);
}
