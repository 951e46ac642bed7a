namespace Meridian.Mqtt.Testing.Faults;

/// <summary>
/// One line of the script: lets <paramref name="After"/> packets pass, then strikes <paramref name="Count"/>.
/// </summary>
internal sealed record PacketFault(
    bool IsReceived, MqttPacketType Type, PacketFate Fate, int After, int Count, int KeptBytes)
{
    private int _seen;

    public bool IsSpent => _seen - After >= Count;

    public bool Takes(bool isReceived, MqttPacketType type)
    {
        if (isReceived != IsReceived || (Type != MqttPacketType.Any && Type != type) || IsSpent)
        {
            return false;
        }

        return ++_seen > After;
    }
}

/// <summary>What becomes of one packet.</summary>
internal enum PacketFate
{
    Pass,
    Drop,
    Cut,
}
