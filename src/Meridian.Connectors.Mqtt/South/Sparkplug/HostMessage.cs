using System.Runtime.InteropServices;
using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>A message of an edge node, decoded.</summary>
/// <param name="Topic">Whose it is, and of which kind.</param>
/// <param name="Payload">What it says.</param>
/// <param name="Names">How points are named.</param>
/// <param name="IsRepeat">Whether the broker marks it as sent again.</param>
/// <param name="Now">When it arrived.</param>
/// <param name="Uptime">The same by a clock that never jumps.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HostMessage(
    SparkplugTopic Topic,
    SparkplugPayload Payload,
    SparkplugNames Names,
    bool IsRepeat,
    DateTimeOffset Now,
    TimeSpan Uptime);
