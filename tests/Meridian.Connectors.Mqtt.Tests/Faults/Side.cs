namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>Which of the two connectors is looked at: what can happen to a link happens to both.</summary>
public enum Side
{
    /// <summary>The MQTT South.</summary>
    South,

    /// <summary>The MQTT North.</summary>
    North,
}
