using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>The settings of the MQTT South.</summary>
public sealed record MqttSouthSettings : MqttConnectionSettings
{
    /// <summary>
    /// Whether the broker forgets the session when the connection ends. With false it keeps what is published at QoS 1
    /// and 2 while the gateway is away.
    /// </summary>
    /// <value>false.</value>
    public bool CleanSession { get; init; }

    /// <summary>
    /// How many messages at QoS 1 and 2 may be here and not yet on disk. At the limit reading pauses; pings go on.
    /// </summary>
    /// <value>10,000 messages.</value>
    [Range(1, 65_535)]
    [Unit("messages")]
    public int ReceiveMaximum { get; init; } = 10_000;

    /// <summary>
    /// How many messages gather while earlier ones are being stored. When it is full, QoS 1 and 2 wait at the broker
    /// and
    /// QoS 0, which no broker keeps, is let go and counted.
    /// </summary>
    /// <value>10,000 messages.</value>
    [Range(1, 1_000_000)]
    [Unit("messages")]
    public int BufferMessages { get; init; } = 10_000;

    /// <summary>How many bytes of payload gather; when reached, as for <see cref="BufferMessages"/>.</summary>
    /// <value>4 MiB. Three such buffers may be in use at once.</value>
    [Range(typeof(ByteSize), "64 KiB", "16 MiB")]
    public ByteSize BufferSize { get; init; } = new(4 * 1024 * 1024);

    /// <summary>Where commands to write values to items of this gateway come in; leave it out to take none.</summary>
    public MqttCommandSettings? Commands { get; init; }

    /// <summary>How it takes part in Sparkplug, for items whose payloads are <c>sparkplugB</c>.</summary>
    public MqttSparkplugSettings Sparkplug { get; init; } = new();
}
