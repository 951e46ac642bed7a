using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Connectors.Mqtt.South;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Mqtt;

/// <summary>The connectors of this project.</summary>
public static class MqttConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new SouthManifest
        {
            Id = "mqtt",
            Name = "MQTT",
            Description = "Subscribes to a broker; a message is acknowledged when it is on disk.",
            Category = ConnectorCategory.Broker,
            ConnectorType = typeof(MqttSouth),
            SettingsType = typeof(MqttSouthSettings),
            ItemSettingsType = typeof(MqttItemSettings),
            SetpointProblem = settings => MqttSouthCheck.FindOfSetpoint((MqttItemSettings)settings),
            Create = (context, settings) => new MqttSouth(context, (MqttSouthSettings)settings),
            Check = (settings, items) => MqttSouthCheck.Find((MqttSouthSettings)settings, items),
        },
        new NorthManifest
        {
            Id = "mqtt",
            Name = "MQTT",
            Description = "Publishes each reading to a broker as one message.",
            Category = ConnectorCategory.Broker,
            ConnectorType = typeof(MqttNorth),
            SettingsType = typeof(MqttNorthSettings),
            Guarantee = DeliveryGuarantee.AtLeastOnce,
            Create = (context, settings) => CreateNorth(context, (MqttNorthSettings)settings),
            Check = settings => MqttNorthCheck.Find((MqttNorthSettings)settings),
        },
    ];

    private static INorth CreateNorth(INorthContext context, MqttNorthSettings settings) =>
        settings.Format == MqttNorthFormat.SparkplugB
            ? new SparkplugNorth(context, settings)
            : new MqttNorth(context, settings);
}
