using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

[Collection(nameof(AedesBroker))]
public sealed class AedesV31(AedesBroker broker) : InteropSuite(broker, MqttProtocolVersion.V31);

[Collection(nameof(AedesBroker))]
public sealed class AedesV311(AedesBroker broker) : InteropSuite(broker, MqttProtocolVersion.V311)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();

    [Fact]
    public Task Connect_WithMqtt5_IsRefusedWithAReason() =>
        RefuseVersionAsync<MqttConnectException>(MqttProtocolVersion.V50);
}
