using System.Buffers.Binary;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <summary>
/// An outgoing message as the session sees it: the encoded PUBLISH, kept until it is acknowledged so that it can be
/// sent again.
/// Not sealed because the connection hangs the caller's awaiting onto the same object: one object per message, and that
/// one pooled.
/// </summary>
internal class Publication
{
    private const byte DuplicateFlag = 0x08;

    /// <summary>The whole PUBLISH packet lies in the first <see cref="PacketLength"/> bytes.</summary>
    public byte[] Packet { get; protected set; } = [];

    public int PacketLength { get; protected set; }

    /// <summary>What <see cref="Packet"/> is encoded for.</summary>
    public MqttProtocolVersion Version { get; protected set; } = MqttProtocolVersion.V311;

    public string Topic { get; protected set; } = "";

    public MqttQos Qos { get; protected set; }

    public bool IsRetained => (Packet[0] & 0x01) != 0;

    /// <summary>When the message is worth nothing any more, on the clock of its line; null for never.</summary>
    public TimeSpan? Deadline { get; protected set; }

    /// <summary>What the server's answer said, and its words; success until then.</summary>
    public MqttReasonCode Reason { get; private set; }

    /// <inheritdoc cref="Reason"/>
    public ReasonDetails? Details { get; private set; }

    /// <summary>Where the identifier lies within the packet; means nothing at QoS 0.</summary>
    public int IdentifierOffset { get; protected set; }

    public ushort PacketIdentifier { get; private set; }

    public PublicationStage Stage { get; set; }

    /// <summary>Its key in the session store, 0 when it is not stored.</summary>
    public ulong StoreKey { get; set; }

    /// <summary>
    /// Which sending this is, counted over the session; never used twice, so it tells progress from standstill.
    /// </summary>
    public long Turn { get; set; }

    public Publication? Previous { get; set; }

    public Publication? Next { get; set; }

    public ReadOnlySpan<byte> Bytes => Packet.AsSpan(0, PacketLength);

    /// <summary>Where the Message Expiry Interval lies within the packet, 0 for nowhere.</summary>
    protected int ExpiryOffset { get; set; }

    public bool IsExpired(TimeSpan now) => Deadline <= now;

    /// <summary>Takes the time that the message has waited off its interval [MQTT-3.3.2-6].</summary>
    public void ShortenExpiry(TimeSpan now)
    {
        if (ExpiryOffset > 0 && Deadline is { } deadline)
        {
            // At least 1 s: what was sent once must be sent again, however late [MQTT-4.4.0-1].
            BinaryPrimitives.WriteUInt32BigEndian(
                Packet.AsSpan(ExpiryOffset), Math.Max(1, WireTime.ToSeconds(deadline - now)));
        }
    }

    public void SetOutcome(MqttReasonCode reason, ReasonDetails? details)
    {
        Reason = reason;
        Details = details;
    }

    public void SetIdentifier(ushort identifier)
    {
        PacketIdentifier = identifier;
        BinaryPrimitives.WriteUInt16BigEndian(Packet.AsSpan(IdentifierOffset), identifier);
    }

    public void SetDuplicate(bool isDuplicate) =>
        Packet[0] = (byte)(isDuplicate ? Packet[0] | DuplicateFlag : Packet[0] & ~DuplicateFlag);
}

/// <summary>How far a publication has come.</summary>
internal enum PublicationStage : byte
{
    /// <summary>Not sent: waits for the window, for room, or for a connection.</summary>
    Waiting,

    /// <summary>PUBLISH is sent; PUBACK or PUBREC is due.</summary>
    Sent,

    /// <summary>PUBREC came and PUBREL is sent; PUBCOMP is due. The packet is not needed any more.</summary>
    Released,

    /// <summary>Out of the session and out of every line.</summary>
    Done,
}
