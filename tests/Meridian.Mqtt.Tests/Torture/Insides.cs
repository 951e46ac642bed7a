using System.Runtime.CompilerServices;
using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>What a client holds, for a test that asks whether anything was left behind.</summary>
internal static class Insides
{
    public static ClientState StateOf(MqttClient client) => State(client);

    /// <summary>What is left that should not be, in words; empty for a client at rest.</summary>
    public static string Leftovers(MqttClient client)
    {
        var state = State(client);
        lock (state.Gate)
        {
            lock (state.InboundGate)
            {
                var session = Session(state.Publications);
                (string Name, long Count)[] counts =
                [
                    ("Packet Identifiers", state.Identifiers.InUse),
                    ("waiting publications", Waiting(state.Publications).Count),
                    ("publications in flight", session.Count),
                    ("unacknowledged received messages", state.Inbound.Count),
                    ("requests", state.Requests.OldestTurn),
                ];
                return string.Join(", ", counts
                    .Where(static entry => entry.Count != 0)
                    .Select(static entry => $"{entry.Count} {entry.Name}"));
            }
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref ClientState State(MqttClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_session")]
    private static extern ref OutboundSession Session(PublishLine line);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_waiting")]
    private static extern ref PublicationList Waiting(PublishLine line);
}
