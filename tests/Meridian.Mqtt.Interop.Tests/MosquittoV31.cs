using Meridian.Mqtt.Interop.Tests.Brokers;
using static Meridian.Mqtt.Interop.Tests.Brokers.Carrier;
using static Meridian.Mqtt.MqttProtocolVersion;

namespace Meridian.Mqtt.Interop.Tests;

public sealed class MosquittoV31(MosquittoBroker broker) : MosquittoSuite(broker, V31, Tcp);

public sealed class MosquittoV31OverTls(MosquittoBroker broker) : MosquittoSuite(broker, V31, Tls);

public sealed class MosquittoV31OverMutualTls(MosquittoBroker broker) : MosquittoSuite(broker, V31, MutualTls);

public sealed class MosquittoV31OverWebSocket(MosquittoBroker broker) : MosquittoSuite(broker, V31, WebSocket);

public sealed class MosquittoV31OverUnixSocket(MosquittoBroker broker) : MosquittoSuite(broker, V31, UnixSocket);

public sealed class MosquittoV311(MosquittoBroker broker) : MosquittoSuite(broker, V311, Tcp);

public sealed class MosquittoV311OverTls(MosquittoBroker broker) : MosquittoSuite(broker, V311, Tls);

public sealed class MosquittoV311OverMutualTls(MosquittoBroker broker) : MosquittoSuite(broker, V311, MutualTls);

public sealed class MosquittoV311OverWebSocket(MosquittoBroker broker) : MosquittoSuite(broker, V311, WebSocket);

public sealed class MosquittoV311OverUnixSocket(MosquittoBroker broker) : MosquittoSuite(broker, V311, UnixSocket);

public sealed class MosquittoV50(MosquittoBroker broker) : MosquittoSuite(broker, V50, Tcp);

public sealed class MosquittoV50OverTls(MosquittoBroker broker) : MosquittoSuite(broker, V50, Tls);

public sealed class MosquittoV50OverMutualTls(MosquittoBroker broker) : MosquittoSuite(broker, V50, MutualTls);

public sealed class MosquittoV50OverWebSocket(MosquittoBroker broker) : MosquittoSuite(broker, V50, WebSocket);

public sealed class MosquittoV50OverUnixSocket(MosquittoBroker broker) : MosquittoSuite(broker, V50, UnixSocket);

[Collection(nameof(MosquittoBroker))]
public sealed class MosquittoVersion5(MosquittoBroker broker) : Version5Suite(broker);
