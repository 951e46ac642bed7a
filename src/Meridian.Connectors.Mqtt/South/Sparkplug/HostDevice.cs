using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// What a birth defined: the metrics of a device, or of the edge node itself. Aliases are looked up per device: they
/// shall be unique within the edge node [tck-id-payloads-alias-uniqueness], and some number each device anew.
/// </summary>
/// <param name="name">The device; null for the edge node itself.</param>
/// <param name="birthMilliseconds">When the birth was made, by the edge node; 0 when it did not say.</param>
internal sealed class HostDevice(string? name, ulong birthMilliseconds)
{
    private readonly Dictionary<string, HostMetric> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, HostMetric> _byAlias = [];

    public string? Name => name;

    /// <summary>A repeat that is older is of an earlier birth, which may have had other aliases.</summary>
    public ulong BirthMilliseconds => birthMilliseconds;

    public IReadOnlyCollection<HostMetric> Metrics => _byName.Values;

    public void Define(HostMetric metric)
    {
        _byName[metric.Name] = metric;
        if (metric.Alias is { } alias)
        {
            _byAlias[alias] = metric;
        }
    }

    /// <summary>The metric that is meant: the alias counts where there is no name.</summary>
    public HostMetric? Find(SparkplugMetric metric) =>
        metric.Name is { } called
            ? _byName.GetValueOrDefault(called)
            : metric.Alias is { } alias ? _byAlias.GetValueOrDefault(alias) : null;
}
