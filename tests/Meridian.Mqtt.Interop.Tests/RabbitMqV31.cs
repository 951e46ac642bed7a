using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

[Collection(nameof(RabbitMqBroker))]
public sealed class RabbitMqV31(RabbitMqBroker broker) : InteropSuite(broker, MqttProtocolVersion.V31);

[Collection(nameof(RabbitMqBroker))]
public sealed class RabbitMqV311(RabbitMqBroker broker) : InteropSuite(broker, MqttProtocolVersion.V311)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();

    [Fact]
    public Task Connect_WithMqtt5_IsRefusedWithAReason() =>
        RefuseVersionAsync<MqttConnectionLostException>(MqttProtocolVersion.V50);
}
