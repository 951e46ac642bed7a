using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;
using Meridian.Sdk;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>Settings of South or North, tried as an operator does before anything runs.</summary>
internal static class Tried
{
    /// <summary>The facts that the test gives.</summary>
    public static Task<IReadOnlyList<Diagnostic>> FactsAsync(Side side, MqttConnectionSettings settings) =>
        side == Side.South
            ? new MqttSouth(new TestContext(), (MqttSouthSettings)settings).TestConnectionAsync(CancellationToken.None)
            : new MqttNorth(new TestContext(), (MqttNorthSettings)settings)
                .TestConnectionAsync(CancellationToken.None);

    /// <summary>The fault that the test ends with.</summary>
    public static Task<ConnectorException> FaultAsync(Side side, MqttConnectionSettings settings) =>
        Assert.ThrowsAsync<ConnectorException>(() => FactsAsync(side, settings));
}
