using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>How to reach a broker; South and North share it. A closed family.</summary>
public abstract record MqttConnectionSettings
{
    private protected MqttConnectionSettings()
    {
    }

    /// <summary>The broker's name or address.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>The broker's port.</summary>
    /// <value>1883.</value>
    [Range(1, 65_535)]
    public int Port { get; init; } = 1883;

    /// <summary>
    /// The Client Identifier, unique at the broker: a second client with the same one throws the first out.
    /// </summary>
    /// <value>
    /// <c>meridian-MACHINE-south-NAME</c> (or <c>north</c>) with the machine's name and the connector's, which stays
    /// the
    /// same over restarts, so that the broker knows the session again. Two gateways on one machine whose connectors
    /// have
    /// the same names need this set.
    /// </value>
    [MaxLength(65_535)]
    public string? ClientId { get; init; }

    /// <summary>The user name; leave it out where the broker asks for none.</summary>
    [MaxLength(65_535)]
    public string? UserName { get; init; }

    /// <summary>The password; needs a user name.</summary>
    public Secret? Password { get; init; }

    /// <summary>The longest silence; a dead link is found within 1.5 times this. Whole seconds.</summary>
    /// <value>15 s.</value>
    [Range(typeof(TimeSpan), "1 s", "18 h")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The time for TCP and the broker's answer together.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "100 ms", "10 min")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A lost connection is tried again at random within a delay that doubles up to this.</summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest packet that is sent or taken; a larger one ends the connection.</summary>
    /// <value>16 MiB. What gathers beside it must fit with it into one record of the journal, 64 MiB.</value>
    [Range(typeof(ByteSize), "1 KiB", "32 MiB")]
    public ByteSize MaxPacketSize { get; init; } = new(16 * 1024 * 1024);
}
