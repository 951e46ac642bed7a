using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

[Collection(nameof(MosquittoBroker))]
public sealed class MosquittoV31(MosquittoBroker broker) : InteropSuite(broker, MqttProtocolVersion.V31);

[Collection(nameof(MosquittoBroker))]
public sealed class MosquittoV311(MosquittoBroker broker) : InteropSuite(broker, MqttProtocolVersion.V311);

[Collection(nameof(MosquittoBroker))]
public sealed class MosquittoV50(MosquittoBroker broker) : InteropSuite(broker, MqttProtocolVersion.V50)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();
}
