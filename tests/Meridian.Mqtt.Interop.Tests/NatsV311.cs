using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

[Collection(nameof(NatsBroker))]
public sealed class NatsV311(NatsBroker broker) : InteropSuite(broker, MqttProtocolVersion.V311)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();

    [Fact]
    public Task Connect_WithMqtt5_IsRefusedWithAReason() =>
        RefuseVersionAsync<MqttConnectException>(MqttProtocolVersion.V50);

    [Fact]
    public Task Connect_WithMqtt31_IsRefusedWithAReason() =>
        RefuseVersionAsync<MqttConnectionLostException>(MqttProtocolVersion.V31);
}
