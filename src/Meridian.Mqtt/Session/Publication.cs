using System.Buffers.Binary;

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

    public MqttQos Qos { get; protected set; }

    /// <summary>Where the identifier lies within the packet; means nothing at QoS 0.</summary>
    public int IdentifierOffset { get; protected set; }

    public ushort PacketIdentifier { get; private set; }

    public PublicationStage Stage { get; set; }

    /// <summary>
    /// Which sending this is, counted over the session; never used twice, so it tells progress from standstill.
    /// </summary>
    public long Turn { get; set; }

    public Publication? Previous { get; set; }

    public Publication? Next { get; set; }

    public ReadOnlySpan<byte> Bytes => Packet.AsSpan(0, PacketLength);

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
