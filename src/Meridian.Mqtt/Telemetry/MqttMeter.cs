using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Meridian.Mqtt.Telemetry;

/// <summary>The meter of all clients of the process; each is counted until it is disposed of or collected.</summary>
internal static class MqttMeter
{
    public const string Name = "Meridian.Mqtt";

    /// <summary>The tag that tells clients apart: as many values as a process has clients.</summary>
    public const string ClientTag = "mqtt.client.id";

    private const string ReasonTag = "reason";

    private static readonly Meter Meter = new(Name);
    private static readonly ConditionalWeakTable<ClientFigures, object> Clients = [];

    static MqttMeter()
    {
        Count("meridian.mqtt.messages.received", "{message}",
            "Application Messages that arrived.", static client => client.MessagesReceived);
        Count("meridian.mqtt.messages.sent", "{message}",
            "Application Messages that were sent for the first time.", static client => client.MessagesSent);
        Count("meridian.mqtt.messages.resent", "{message}",
            "PUBLISH packets that a new connection repeated.", static client => client.MessagesResent);
        Count("meridian.mqtt.bytes.received", "By",
            "Bytes of Control Packets that arrived, without those of TLS or WebSocket.",
            static client => client.BytesReceived);
        Count("meridian.mqtt.bytes.sent", "By",
            "Bytes of Control Packets that were sent, without those of TLS or WebSocket.",
            static client => client.BytesSent);
        Count("meridian.mqtt.reconnects", "{connection}",
            "Connections that were made again after a loss.", static client => client.Reconnects);
        Meter.CreateObservableCounter("meridian.mqtt.messages.dropped", ObserveDropped, "{message}",
            "Messages that a full queue dropped for newer ones (reason dropped) or did not take (reason refused), and "
            + "received ones that a full subscription dropped or did not take (reason subscription) or that nobody "
            + "here wanted (reason unclaimed).");
        Level("meridian.mqtt.messages.in_flight", "{message}",
            "Publications at QoS 1 and 2 that are sent and not acknowledged.", static client => client.Queue.InFlight);
        Level("meridian.mqtt.messages.waiting", "{message}",
            "Publications that wait for the window, the socket or a connection.",
            static client => client.Queue.Waiting);
        Level("meridian.mqtt.connections", "{connection}",
            "1 while the client is connected, 0 while it is not.", static client => client.IsConnected ? 1 : 0);
    }

    /// <summary>From the first PUBLISH to PUBACK or PUBCOMP.</summary>
    public static Histogram<double> AcknowledgementDuration { get; } = Meter.CreateHistogram<double>(
        "meridian.mqtt.acknowledgement.duration",
        "s",
        "Time from a PUBLISH to its PUBACK or PUBCOMP. A sample: one publication at a time per client is timed.");

    public static void Add(ClientFigures client) => Clients.AddOrUpdate(client, Name);

    public static void Remove(ClientFigures client) => Clients.Remove(client);

    public static KeyValuePair<string, object?> TagOf(ClientFigures client) => new(ClientTag, client.ClientId);

    private static void Count(string name, string unit, string description, Func<ClientFigures, long> read) =>
        Meter.CreateObservableCounter(name, () => Observe(read), unit, description);

    private static void Level(string name, string unit, string description, Func<ClientFigures, long> read) =>
        Meter.CreateObservableUpDownCounter(name, () => Observe(read), unit, description);

    private static IEnumerable<Measurement<long>> Observe(Func<ClientFigures, long> read) =>
        Clients.Select(client => new Measurement<long>(read(client.Key), TagOf(client.Key)));

    private static IEnumerable<Measurement<long>> ObserveDropped() => Clients.SelectMany(static client =>
    {
        var queue = client.Key.Queue;
        return (Measurement<long>[])
        [
            new(queue.Dropped, TagOf(client.Key), new(ReasonTag, "dropped")),
            new(queue.Refused, TagOf(client.Key), new(ReasonTag, "refused")),
            new(client.Key.DroppedAtStreams, TagOf(client.Key), new(ReasonTag, "subscription")),
            new(client.Key.Unclaimed, TagOf(client.Key), new(ReasonTag, "unclaimed")),
        ];
    });
}
