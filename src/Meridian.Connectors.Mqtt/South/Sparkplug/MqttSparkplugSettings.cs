using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>How the South takes part in Sparkplug, for items whose payloads are <c>sparkplugB</c>.</summary>
public sealed record MqttSparkplugSettings
{
    /// <summary>
    /// The id of the host application that this South is. With it edge nodes that wait for this host hear whether it is
    /// there: <c>spBv1.0/STATE/HOSTID</c> says so, retained, while the South is connected and subscribed, and the
    /// opposite afterwards, by the connection's Will where it was lost. No other host may have the id.
    /// </summary>
    /// <value>None: it listens and says nothing of itself, as any number of gateways may.</value>
    public string? HostId { get; init; }

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
