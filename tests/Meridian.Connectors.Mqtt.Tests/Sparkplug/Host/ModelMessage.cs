using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>A message of a <see cref="ModelNode"/> and what it means to say.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Points">
/// The point of each metric that is a value, in order; null for one that no birth has named.
/// </param>
internal sealed record ModelMessage(SparkplugTopic Topic, SparkplugPayload Payload, IReadOnlyList<string?> Points)
{
    public bool IsBirth => Topic.Type is SparkplugMessageType.NodeBirth or SparkplugMessageType.DeviceBirth;

    public bool IsData => Topic.Type is SparkplugMessageType.NodeData or SparkplugMessageType.DeviceData;

    public (string Group, string Node) Owner => (Topic.Group, Topic.Node);
}
