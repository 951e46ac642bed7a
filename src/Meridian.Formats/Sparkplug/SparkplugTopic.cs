using System.Runtime.InteropServices;

namespace Meridian.Formats.Sparkplug;

/// <summary>
/// A Topic Name of Sparkplug: <c>spBv1.0/GROUP/TYPE/NODE</c> and <c>/DEVICE</c> for a device (Sparkplug 3.0 §4.1
/// [tck-id-topic-structure]), or <c>spBv1.0/STATE/HOST</c>.
/// </summary>
/// <param name="Group">The group's id; empty for a host's state.</param>
/// <param name="Type">What kind of message it is.</param>
/// <param name="Node">The edge node's id; the host's for its state.</param>
/// <param name="Device">The device's id; null for what concerns the edge node itself.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SparkplugTopic(
    string Group, SparkplugMessageType Type, string Node, string? Device = null)
{
    /// <summary>The first level [tck-id-topic-structure-namespace-a].</summary>
    public const string Namespace = "spBv1.0";

    /// <summary>Reads a Topic Name.</summary>
    /// <param name="name">The Topic Name.</param>
    /// <param name="topic">What it says.</param>
    /// <returns>False when it is none of Sparkplug's.</returns>
    public static bool TryParse(string name, out SparkplugTopic topic)
    {
        ArgumentNullException.ThrowIfNull(name);

        topic = default;
        var levels = name.Split('/', 6);
        if (!string.Equals(levels[0], Namespace, StringComparison.Ordinal) || levels.Length is < 3 or > 5)
        {
            return false;
        }

        if (levels.Length == 3)
        {
            topic = new SparkplugTopic("", SparkplugMessageType.State, levels[2]);
            return string.Equals(levels[1], "STATE", StringComparison.Ordinal) && levels[2].Length > 0;
        }

        var type = TypeOf(levels[2]);
        var device = levels.Length == 5 ? levels[4] : null;
        topic = new SparkplugTopic(levels[1], type, levels[3], device);

        // [tck-id-topic-structure-namespace-device-id-associated-message-types] and its negative.
        return type != SparkplugMessageType.None
            && levels[1].Length > 0
            && levels[3].Length > 0
            && (device is { Length: > 0 }) == IsOfDevice(type)
            && device is not { Length: 0 };
    }

    /// <summary>Whether a text can be the id of a group, an edge node, a device or a host.</summary>
    /// <param name="id">The text.</param>
    /// <returns>
    /// False for an empty one and for what MQTT or Sparkplug reserves: <c>+</c>, <c>#</c>, <c>/</c> and U+0000
    /// [tck-id-topic-structure-namespace-valid-device-id].
    /// </returns>
    public static bool IsValidId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length > 0 && !id.AsSpan().ContainsAny("+#/\0");
    }

    /// <summary>The Topic Name.</summary>
    public override string ToString() => Type == SparkplugMessageType.State
        ? $"{Namespace}/STATE/{Node}"
        : Device is null
            ? $"{Namespace}/{Group}/{WordOf(Type)}/{Node}"
            : $"{Namespace}/{Group}/{WordOf(Type)}/{Node}/{Device}";

    private static bool IsOfDevice(SparkplugMessageType type) => type
        is SparkplugMessageType.DeviceBirth or SparkplugMessageType.DeviceDeath
        or SparkplugMessageType.DeviceData or SparkplugMessageType.DeviceCommand;

    private static SparkplugMessageType TypeOf(string word) => word switch
    {
        "NBIRTH" => SparkplugMessageType.NodeBirth,
        "NDEATH" => SparkplugMessageType.NodeDeath,
        "DBIRTH" => SparkplugMessageType.DeviceBirth,
        "DDEATH" => SparkplugMessageType.DeviceDeath,
        "NDATA" => SparkplugMessageType.NodeData,
        "DDATA" => SparkplugMessageType.DeviceData,
        "NCMD" => SparkplugMessageType.NodeCommand,
        "DCMD" => SparkplugMessageType.DeviceCommand,
        _ => SparkplugMessageType.None,
    };

    private static string WordOf(SparkplugMessageType type) => type switch
    {
        SparkplugMessageType.NodeBirth => "NBIRTH",
        SparkplugMessageType.NodeDeath => "NDEATH",
        SparkplugMessageType.DeviceBirth => "DBIRTH",
        SparkplugMessageType.DeviceDeath => "DDEATH",
        SparkplugMessageType.NodeData => "NDATA",
        SparkplugMessageType.DeviceData => "DDATA",
        SparkplugMessageType.NodeCommand => "NCMD",
        SparkplugMessageType.DeviceCommand => "DCMD",
        _ => "STATE",
    };
}

/// <summary>What kind of message a topic is for (Sparkplug 3.0 §4.2).</summary>
public enum SparkplugMessageType
{
    /// <summary>None of Sparkplug's.</summary>
    None,

    /// <summary>NBIRTH: an edge node says what it has.</summary>
    NodeBirth,

    /// <summary>NDEATH: an edge node is gone.</summary>
    NodeDeath,

    /// <summary>DBIRTH: an edge node says what one of its devices has.</summary>
    DeviceBirth,

    /// <summary>DDEATH: a device is gone.</summary>
    DeviceDeath,

    /// <summary>NDATA: values of an edge node.</summary>
    NodeData,

    /// <summary>DDATA: values of a device.</summary>
    DeviceData,

    /// <summary>NCMD: a command to an edge node.</summary>
    NodeCommand,

    /// <summary>DCMD: a command to a device.</summary>
    DeviceCommand,

    /// <summary>STATE: whether a host application is there.</summary>
    State,
}
