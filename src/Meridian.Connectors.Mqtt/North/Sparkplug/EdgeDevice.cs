using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>A device of the edge node, or the edge node itself, with the data payload that is being filled.</summary>
/// <param name="name">The device; null for the edge node itself.</param>
internal sealed class EdgeDevice(string? name)
{
    public string? Name => name;

    /// <summary>Its metrics by name; the value is the point whose metric it is.</summary>
    public Dictionary<string, string> Points { get; } = new(StringComparer.Ordinal);

    public List<EdgeMetric> Metrics { get; } = [];

    /// <summary>How large its birth is at most.</summary>
    public long BirthBytes { get; set; }

    /// <summary>Whether a birth in this session has named it.</summary>
    public bool IsBorn { get; set; }

    /// <summary>Whether a birth must come before its next data.</summary>
    public bool NeedsBirth { get; set; }

    /// <summary>The data that gather.</summary>
    public SparkplugPayloadWriter Data { get; } = new();

    /// <summary>Which readings of the batch have gathered.</summary>
    public List<int> Indexes { get; } = [];
}
