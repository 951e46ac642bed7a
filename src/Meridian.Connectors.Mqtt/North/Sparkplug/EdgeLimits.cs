namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>How much one edge node has.</summary>
internal sealed record EdgeLimits
{
    /// <summary>Metrics: each birth names all of them, so each is remembered.</summary>
    public int MaxMetrics { get; init; } = 100_000;

    /// <summary>
    /// The size of a data payload that is full; one metric may reach beyond, up to the packet's limit.
    /// </summary>
    public int MaxDataBytes { get; init; } = 128 * 1024;

    /// <summary>The size of any payload: what the broker takes.</summary>
    public int MaxPayloadBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A text or bytes beyond this are not remembered for births, which then say null.</summary>
    public int MaxBirthValueBytes { get; init; } = 1_024;
}
