using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

[Collection(nameof(EjabberdBroker))]
public sealed class EjabberdV311(EjabberdBroker broker) : InteropSuite(broker, MqttProtocolVersion.V311)
{
    [Fact]
    public Task Connect_WithMqtt31_IsRefusedWithAReason() =>
        RefuseVersionAsync<MqttConnectException>(MqttProtocolVersion.V31);
}

[Collection(nameof(EjabberdBroker))]
public sealed class EjabberdV50(EjabberdBroker broker) : InteropSuite(broker, MqttProtocolVersion.V50)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();
}

[Collection(nameof(EjabberdBroker))]
public sealed class EjabberdV311OverWebSocket(EjabberdBroker broker)
    : InteropSuite(broker, MqttProtocolVersion.V311, Carrier.WebSocket);

[Collection(nameof(EjabberdBroker))]
public sealed class EjabberdV50OverWebSocket(EjabberdBroker broker)
    : InteropSuite(broker, MqttProtocolVersion.V50, Carrier.WebSocket);

[Collection(nameof(EjabberdBroker))]
public sealed class EjabberdVersion5(EjabberdBroker broker) : Version5Suite(broker);
