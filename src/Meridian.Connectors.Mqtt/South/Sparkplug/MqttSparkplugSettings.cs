using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>How the South takes part in Sparkplug, for items whose payloads are <c>sparkplugB</c>.</summary>
public sealed record MqttSparkplugSettings
{
    /// <summary>
    /// Whether an edge node is asked for its births (NCMD <c>Node Control/Rebirth</c>) when something of it is missing.
    /// Set it to false where the broker does not let this client publish.
    /// </summary>
    /// <value>true.</value>
    public bool RequestsRebirth { get; init; } = true;

    /// <summary>The shortest time between two such requests to one edge node.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan RebirthInterval { get; init; } = TimeSpan.FromSeconds(10);
}
