using System.Globalization;
using System.Text;
using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>Writes <c>docs/mqtt/interop.md</c> from what the tests demand of each broker.</summary>
internal static class InteropTable
{
    public static IReadOnlyList<BrokerAbilities> Brokers { get; } =
    [
        MosquittoBroker.All, EjabberdBroker.All, RabbitMqBroker.All, NatsBroker.All, AedesBroker.All,
    ];

    private static readonly string[] Columns =
    [
        "Broker", "Versions", "Over", "QoS 2", "Sessions after a restart", "Retained after a restart",
        "Retained by wildcard", "A wrong password is",
    ];

    private static readonly string[] Version5Columns =
    [
        "Broker", "Shared subscriptions", "Sends Topic Aliases", "Receive Maximum", "Keeps the client's Receive Maximum",
        "A session taken over is", "Maximum Packet Size", "Keeps the client's Maximum Packet Size",
        "Keep Alive of an hour", "A publication without subscribers is", "SCRAM is refused by",
    ];

    public static string Write()
    {
        var text = new StringBuilder(
            """
            # Interoperation

            `tests/Meridian.Mqtt.Interop.Tests` runs the client against real brokers on 127.0.0.1, in each version over
            each transport below: a wrong password, the Will (published when the client breaks down, not when it
            disconnects), retained messages, messages both ways at QoS 0, 1 and 2, a persistent session, a payload of
            10 MB, 1,000 subscriptions and a restart of the broker under a client that stays. What a broker cannot do is
            tried too: the client has to fail with the reason and must work again afterwards. These tables are made from
            what those tests demand; to write them anew after a change:

            ```sh
            MERIDIAN_APPROVE=1 dotnet test tests/Meridian.Mqtt.Interop.Tests --filter InteropTableTests
            ```


            """.ReplaceLineEndings("\n"));
        WriteHead(text, Columns);
        foreach (var broker in Brokers)
        {
            text.AppendJoin(
                " | ",
                "| " + broker.Name,
                string.Join(", ", broker.Versions.Select(NameOf)),
                string.Join(", ", broker.Carriers.Select(NameOf)),
                broker.Qos2Fault is null ? "yes" : $"no: `{broker.Qos2Fault.Name}`",
                Word(broker.KeepsSessions, "kept", "forgotten"),
                Word(broker.KeepsRetained, "kept", "forgotten"),
                Word(broker.FindsRetainedByWildcard, "yes", "no"),
                $"`{broker.PasswordRefusal}`").Append(" |\n");
        }

        text.Append('\n');
        foreach (var broker in Brokers.Where(static broker => broker.Remark.Length > 0))
        {
            text.Append("- ").Append(broker.Name).Append(": ").Append(broker.Remark).Append('\n');
        }

        WriteVersion5(text);
        return text.ToString();
    }

    public static string NameOf(MqttProtocolVersion version) => version switch
    {
        MqttProtocolVersion.V31 => "3.1",
        MqttProtocolVersion.V311 => "3.1.1",
        _ => "5.0",
    };

    private static string NameOf(Carrier carrier) => carrier switch
    {
        Carrier.Tcp => "TCP",
        Carrier.Tls => "TLS",
        Carrier.MutualTls => "mutual TLS",
        Carrier.UnixSocket => "Unix socket",
        _ => "WebSocket",
    };

    private static void WriteVersion5(StringBuilder text)
    {
        text.Append(
            """

            ## MQTT 5.0

            With the brokers that speak it, besides: every property of a message at each QoS, expiry, overlapping
            streams, Topic Aliases, Session Expiry, Receive Maximum and Maximum Packet Size both ways, Keep Alive of the
            server, Reason Codes, a session taken over, subscription options, shared subscriptions, requests and
            answers, Wills with properties and delay, a Client Identifier of the server's, and an authentication method
            that it does not know.


            """.ReplaceLineEndings("\n"));
        WriteHead(text, Version5Columns);
        foreach (var broker in Brokers)
        {
            if (broker.Version5 is { } abilities)
            {
                text.AppendJoin(
                    " | ",
                    "| " + broker.Name,
                    Word(abilities.HasSharedSubscriptions, "yes", "no: refused by the client"),
                    Word(abilities.SendsTopicAliases, "yes", "no"),
                    Number(abilities.ReceiveMaximum),
                    Word(abilities.KeepsReceiveMaximum, "yes", "no: reading pauses"),
                    Word(abilities.SaysTakenOver, "`SessionTakenOver`", "a lost connection"),
                    abilities.MaximumPacketSize is { } bytes ? Number(bytes) : "none",
                    Word(abilities.KeepsMaximumPacketSize, "yes", "no: the client ends the connection"),
                    abilities.ServerKeepAlive is { } keepAlive ? $"{Number((long)keepAlive.TotalSeconds)} s" : "taken",
                    $"`{abilities.NobodyReason}`",
                    $"`{abilities.AuthenticationFault.Name}`").Append(" |\n");
            }
        }
    }

    private static void WriteHead(StringBuilder text, string[] columns)
    {
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n|");
        text.Insert(text.Length, " --- |", columns.Length).Append('\n');
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Word(bool isSo, string yes, string no) => isSo ? yes : no;
}
