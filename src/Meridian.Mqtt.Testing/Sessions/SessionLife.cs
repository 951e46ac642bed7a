using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>How long sessions outlive their connections; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
internal static class SessionLife
{
    // What a timer can wait; a session that outlives this is kept as one that never ends.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    /// <summary>What a CONNECT asks for; before 5.0 nothing or for ever [MQTT-3.1.2-6].</summary>
    public static TimeSpan Of(ConnectPacket packet) => packet.Version >= MqttProtocolVersion.V50
        ? OfSeconds(packet.SessionExpirySeconds)
        : packet.CleanSession ? TimeSpan.Zero : TimeSpan.MaxValue;

    public static TimeSpan OfSeconds(uint seconds) =>
        seconds == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);

    public static uint ToSeconds(TimeSpan life) =>
        life.TotalSeconds >= uint.MaxValue ? uint.MaxValue : (uint)life.TotalSeconds;

    public static TimeSpan ToTimer(TimeSpan life) => life > LongestWait ? Timeout.InfiniteTimeSpan : life;
}
