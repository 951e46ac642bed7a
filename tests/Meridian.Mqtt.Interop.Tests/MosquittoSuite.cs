using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>A mosquitto restarts at once, so it does in every version over every carrier.</summary>
[Collection(nameof(MosquittoBroker))]
public abstract class MosquittoSuite(MosquittoBroker broker, MqttProtocolVersion version, Carrier carrier = Carrier.Tcp)
    : InteropSuite(broker, version, carrier)
{
    [Fact]
    public Task Broker_Restarted_KeepsWhatItPromises() => RestartAsync();
}
