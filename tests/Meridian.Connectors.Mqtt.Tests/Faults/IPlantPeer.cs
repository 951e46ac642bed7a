using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker as a <see cref="Plant"/> sees it: a machine publishes to it, an application reads.</summary>
internal interface IPlantPeer
{
    /// <summary>Publishes numbers where the South subscribes, and has the broker's word for each.</summary>
    /// <param name="numbers">The numbers.</param>
    Task PublishAsync(IReadOnlyList<long> numbers);

    /// <summary>Waits until numbers are there that the North has published, each on a topic of its own.</summary>
    /// <param name="count">How many different ones.</param>
    /// <returns>All of them, in no order.</returns>
    Task<IReadOnlyCollection<long>> ReadAsync(int count);

    /// <summary>The topic of a number on its way South: the even ones at QoS 1, the odd ones at QoS 2.</summary>
    /// <param name="number">The number.</param>
    static string TopicOf(long number) => number % 2 == 0 ? "plant/once" : "plant/exactly";

    /// <summary>Settings for a port of 127.0.0.1, with times that a test can wait for.</summary>
    /// <param name="side">Of which connector.</param>
    /// <param name="port">The port.</param>
    static MqttConnectionSettings SettingsOf(Side side, int port)
    {
        MqttConnectionSettings settings = side == Side.South
            ? new MqttSouthSettings { Host = "127.0.0.1" }
            : new MqttNorthSettings
            {
                Host = "127.0.0.1",
                Topic = "out/{value}",
                Format = MqttNorthFormat.Value,
                IsRetained = true,
            };
        return settings with
        {
            Port = port,
            KeepAlive = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(1),
            AcknowledgementTimeout = TimeSpan.FromSeconds(1),
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
        };
    }
}
