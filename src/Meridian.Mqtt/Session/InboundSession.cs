using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <summary>
/// The receiving half of the Session State: what was delivered to the application and is not acknowledged, in receive
/// order, and which
/// QoS 2 identifiers await PUBREL. PUBACK and PUBREC leave in receive order whatever the order of the application's
/// word [MQTT-4.6.0-2].
/// </summary>
/// <remarks>Pure: no socket, task, clock or lock. A ring of four bytes per message: places are sequence numbers modulo
/// its size.
/// <code>
///   head ─► [acknowledged] [acknowledged] [waits] [acknowledged] ◄─ tail
///           └── leave at the next Release ──┘ └── wait for the one before ──┘
/// </code></remarks>
internal sealed class InboundSession(int receiveMaximum)
{
    private const int InitialPlaces = 16;

    private readonly IdentifierSet _heldByApplication = new();
    private readonly IdentifierSet _awaitingRelease = new();
    private Place[] _places = new Place[InitialPlaces];
    private uint _head;
    private uint _tail;

    /// <summary>What the living connection speaks.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V311;

    /// <summary>Hears what a restart must know; null without a session store.</summary>
    public ISessionSteps? Steps { get; set; }

    /// <summary>The connection that sequence numbers belong to, from 1.</summary>
    public uint Epoch { get; private set; }

    public int Count => (int)(_tail - _head);

    /// <summary>True when no further message at QoS 1 or 2 may be taken.</summary>
    public bool IsFull => Count >= receiveMaximum;

    /// <summary>True when <see cref="Release"/> has something to send.</summary>
    public bool HasReleasable => Count > 0 && PlaceOf(_head).IsAcknowledged;

    /// <summary>A connection begins. What the application still held is void: the server sends it again. What it has
    /// acknowledged at QoS 2 is not delivered again, also where its PUBREC never left.</summary>
    public void BeginConnection(bool isSessionPresent)
    {
        Epoch = Epoch == uint.MaxValue ? 1 : Epoch + 1;
        for (; _head != _tail; _head++)
        {
            if (PlaceOf(_head) is { Qos: MqttQos.ExactlyOnce, IsAcknowledged: true } place)
            {
                _awaitingRelease.Add(place.Identifier); // [MQTT-4.3.3-10]
            }
        }

        _head = _tail = 0;
        _heldByApplication.Clear();
        if (!isSessionPresent)
        {
            _awaitingRelease.Clear();
            Steps?.ReceivedLost();
        }
    }

    /// <summary>Identifiers that an earlier process answered with PUBREC.</summary>
    public void Seed(IEnumerable<ushort> identifiers)
    {
        foreach (var identifier in identifiers)
        {
            _awaitingRelease.Add(identifier);
        }
    }

    /// <summary>A PUBLISH at QoS 1 or 2 came. Only while not <see cref="IsFull"/>.</summary>
    /// <param name="identifier">Its Packet Identifier.</param>
    /// <param name="qos">Its QoS.</param>
    /// <param name="sequence">What <see cref="Acknowledge"/> wants.</param>
    /// <returns>False when it is a repeat that must not be delivered [MQTT-4.3.3-2].</returns>
    public bool TryReceive(ushort identifier, MqttQos qos, out uint sequence)
    {
        sequence = _tail;
        var isRepeat = qos == MqttQos.ExactlyOnce && (
            _heldByApplication.Contains(identifier) || _awaitingRelease.Contains(identifier));
        if (isRepeat && _heldByApplication.Contains(identifier))
        {
            return false; // Its PUBREC leaves when the application has spoken.
        }

        if (Count == _places.Length)
        {
            Grow();
        }

        // A repeat takes a place too, acknowledged at once: its PUBREC keeps its turn.
        PlaceOf(_tail++) = new Place(identifier, qos, isRepeat);
        if (qos == MqttQos.ExactlyOnce && !isRepeat)
        {
            _heldByApplication.Add(identifier);
        }

        return !isRepeat;
    }

    /// <summary>The application is done with a message.</summary>
    /// <returns>True when <see cref="Release"/> should be called soon.</returns>
    public bool Acknowledge(uint sequence)
    {
        if (sequence - _head >= (uint)Count)
        {
            return false; // Long gone: acknowledged twice.
        }

        ref var place = ref PlaceOf(sequence);
        place = place with { IsAcknowledged = true };
        return sequence == _head;
    }

    /// <summary>Sends PUBACK and PUBREC for all from the oldest on that are acknowledged.</summary>
    public void Release(IBufferWriter<byte> output)
    {
        while (HasReleasable)
        {
            var place = PlaceOf(_head++);
            if (place.Qos == MqttQos.AtLeastOnce)
            {
                PacketEncoder.WriteAcknowledgement(
                    output, Version, PacketType.PubAck, new AcknowledgementPacket(place.Identifier));
                continue;
            }

            _heldByApplication.Remove(place.Identifier);
            _awaitingRelease.Add(place.Identifier);
            Steps?.Received(place.Identifier);
            PacketEncoder.WriteAcknowledgement(
                output, Version, PacketType.PubRec, new AcknowledgementPacket(place.Identifier));
        }
    }

    /// <summary>
    /// PUBREL came: the server has let go of the message; PUBCOMP answers, also for an identifier that is unknown here.
    /// </summary>
    public void OnPubRel(ushort identifier, IBufferWriter<byte> output)
    {
        if (_heldByApplication.Contains(identifier))
        {
            throw new MqttProtocolException(
                "MQTT-4.3.3-1",
                MqttReasonCode.ProtocolError,
                $"PUBREL for Packet Identifier {identifier} came before its PUBREC was sent.");
        }

        if (_awaitingRelease.Remove(identifier))
        {
            Steps?.ReceivedDone(identifier);
        }

        PacketEncoder.WriteAcknowledgement(
            output, Version, PacketType.PubComp, new AcknowledgementPacket(identifier));
    }

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

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(ushort Identifier, MqttQos Qos, bool IsAcknowledged);
}
