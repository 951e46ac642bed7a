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
        "Broker", "Versions", "QoS 2", "Sessions after a restart", "Retained after a restart", "Retained by wildcard",
        "A wrong password is",
    ];

    public static string Write()
    {
        var text = new StringBuilder(
            """
            # Interoperation

            `tests/Meridian.Mqtt.Interop.Tests` runs the client against real brokers on 127.0.0.1, in each version
            below: a wrong password, the Will (published when the client breaks down, not when it disconnects),
            retained messages, messages both ways at QoS 0, 1 and 2, a persistent session, a payload of 10 MB, 1,000
            subscriptions and a restart of the broker under a client that stays. What a broker cannot do is tried too:
            the client has to fail with the reason and must work again afterwards. This table is made from what those
            tests demand; to write it anew after a change:

            ```sh
            MERIDIAN_APPROVE=1 dotnet test tests/Meridian.Mqtt.Interop.Tests --filter InteropTableTests
            ```


            """.ReplaceLineEndings("\n"));
        text.Append("| ").AppendJoin(" | ", Columns).Append(" |\n|");
        text.Insert(text.Length, " --- |", Columns.Length).Append('\n');
        foreach (var broker in Brokers)
        {
            text.AppendJoin(
                " | ",
                "| " + broker.Name,
                string.Join(", ", broker.Versions.Select(NameOf)),
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

        return text.ToString();
    }

    public static string NameOf(MqttProtocolVersion version) => version switch
    {
        MqttProtocolVersion.V31 => "3.1",
        MqttProtocolVersion.V311 => "3.1.1",
        _ => "5.0",
    };

    private static string Word(bool isSo, string yes, string no) => isSo ? yes : no;
}
