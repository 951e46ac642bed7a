using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>The edge node that the North is, when its format is <c>sparkplugB</c>.</summary>
public sealed record SparkplugNorthSettings
{
    /// <summary>The group's id.</summary>
    [Required]
    public required string Group { get; init; }

    /// <summary>The edge node's id, unique within the group: two with the same one are each other's death.</summary>
    [Required]
    public required string Node { get; init; }

    /// <summary>
    /// The device of a point, made from its name: <c>{point}</c>, one of its levels <c>{point[0]}</c>, and literal
    /// text. Where it gives nothing the metric is the edge node's own.
    /// </summary>
    /// <value>Empty: all metrics are the edge node's own.</value>
    public string Device { get; init; } = "";

    /// <summary>The metric of a point, made from its name as the device is.</summary>
    /// <value><c>{point}</c>: the point's name.</value>
    [Required]
    public string Metric { get; init; } = "{point}";

    /// <summary>
    /// Whether data say the type of each value again. Births say it, and the specification advises against more, but
    /// hosts on the JavaScript library sparkplug-payload read no value without it.
    /// </summary>
    /// <value>false.</value>
    public bool RepeatsTypes { get; init; }

    /// <summary>
    /// The id of the host application that must be there: births and data wait on disk until <c>spBv1.0/STATE/ID</c>
    /// says that it is online, and again once it says the opposite. With <c>otherServers</c> the next one is tried
    /// then.
    /// </summary>
    /// <value>None: births are published at connect, whoever listens.</value>
    public string? PrimaryHost { get; init; }
}
