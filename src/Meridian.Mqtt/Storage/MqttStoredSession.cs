namespace Meridian.Mqtt.Storage;

/// <summary>What a session store holds when it is opened.</summary>
/// <param name="Publications">What is not acknowledged, in the order of the keys, which is the order of the
/// calls.</param>
/// <param name="ReceivedIdentifiers">Packet Identifiers of received QoS 2 messages that await PUBREL.</param>
/// <param name="LastKey">The highest key that was ever stored; zero for none. New keys are above.</param>
public sealed record MqttStoredSession(
    IReadOnlyList<MqttStoredPublication> Publications, IReadOnlyCollection<ushort> ReceivedIdentifiers, ulong LastKey)
{
    /// <summary>Nothing at all.</summary>
    public static MqttStoredSession Empty { get; } = new([], [], 0);
}

/// <summary>A publication as it is stored: whole, and of no protocol version.</summary>
/// <param name="Key">Its place in the order of all publications, from 1; never used twice.</param>
/// <param name="Message">The message, at QoS 1 or 2.</param>
public sealed record MqttStoredPublication(ulong Key, MqttApplicationMessage Message)
{
    /// <summary>When it is not worth delivering any more; null for never. <see cref="MqttMessageProperties.Expiry"/> of
    /// the message is what it was at the call.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The Packet Identifier it was sent with; zero when it was never sent, or its sending is not known.
    /// </summary>
    public ushort PacketIdentifier { get; init; }

    /// <summary>True when PUBREC came, so that only PUBREL may be sent.</summary>
    public bool IsReleased { get; init; }
}
