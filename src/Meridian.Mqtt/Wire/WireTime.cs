namespace Meridian.Mqtt.Wire;

/// <summary>Times as MQTT 5.0 carries them: whole seconds in four bytes.</summary>
internal static class WireTime
{
    /// <summary>The largest interval that the wire can say.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(uint.MaxValue);

    /// <summary>Rounded up, so that nothing ends before its time; kept within the range.</summary>
    public static uint ToSeconds(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time.TotalSeconds), 0, uint.MaxValue);
}
