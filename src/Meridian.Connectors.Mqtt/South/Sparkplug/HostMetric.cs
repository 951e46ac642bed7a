using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>A metric as its birth defined it.</summary>
/// <param name="name">Its name.</param>
/// <param name="alias">The number that stands for it; null for none.</param>
/// <param name="dataType">Its type; null when the birth does not say.</param>
/// <param name="isJson">Whether its text is JSON.</param>
internal sealed class HostMetric(string name, ulong? alias, SparkplugDataType? dataType, bool isJson)
{
    private SparkplugNames? _namedBy;
    private string? _point;

    public string Name => name;

    public ulong? Alias => alias;

    public SparkplugDataType? DataType => dataType;

    public bool IsJson => isJson;

    /// <summary>The point's name, the same instance each time; null when there is no usable one.</summary>
    public string? PointOf(in SparkplugTopic topic, SparkplugNames names, string south)
    {
        if (!ReferenceEquals(_namedBy, names))
        {
            _namedBy = names;
            _point = names.NameOf(topic, topic.Device, name, south);
        }

        return _point;
    }
}
