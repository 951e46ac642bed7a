using Meridian.Mqtt;
using Meridian.Sdk;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// Tries settings with a client of its own: a random Client Identifier, because the live one would throw the running
/// connector out, and a clean session, which leaves nothing at the broker.
/// </summary>
internal static class ConnectionTest
{
    public static Task<IReadOnlyList<Diagnostic>> RunAsync(
        MqttConnectionSettings settings, IConnectorContext context, CancellationToken cancellationToken) =>
        RunAsync(settings, context, static _ => [], cancellationToken);

    /// <summary>The same, with facts of one connector's own at the end.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> RunAsync(
        MqttConnectionSettings settings,
        IConnectorContext context,
        Func<MqttConnectResult, IEnumerable<Diagnostic>> factsOf,
        CancellationToken cancellationToken)
    {
        var live = ConnectionSetup.OptionsOf(settings, context.Name);
        var suffix = context.Random.GetHexString(8, lowercase: true);
        var options = live with { ClientId = $"meridian-test-{suffix}", CleanSession = true, Reconnect = null };
        var listener = new ProductListener();
        var client = new MqttClient(options, listener, time: context.Time, jitter: context.Random);
        await using (client.ConfigureAwait(false))
        {
            try
            {
                var start = context.Time.GetTimestamp();
                var result = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
                var connected = context.Time.GetElapsedTime(start);

                start = context.Time.GetTimestamp();
                var answers = await client
                    .SubscribeAsync(
                        [new MqttSubscriptionRequest($"meridian/test/{suffix}", MqttQos.AtMostOnce)], cancellationToken)
                    .ConfigureAwait(false);
                var roundTrip = context.Time.GetElapsedTime(start);
                var product = await listener.AskAsync(client, cancellationToken).ConfigureAwait(false);
                await client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
                return
                [
                    new Diagnostic("Broker", NameOf(result.Server, settings)),
                    new Diagnostic("Software", product ?? "the broker does not tell"),
                    .. ConnectionFacts.Of(result, settings),
                    new Diagnostic("Connected within", ConnectionFacts.Milliseconds(connected)),
                    new Diagnostic("Round trip", ConnectionFacts.Milliseconds(roundTrip)),
                    new Diagnostic("Subscribing", answers[0].IsGranted ? "allowed" : "refused for a test topic"),
                    new Diagnostic("Client identifier when it runs", live.ClientId),
                    .. factsOf(result),
                ];
            }
            catch (MqttException error)
            {
                throw MqttFaults.From(error, settings);
            }
        }
    }

    /// <summary>The one of the servers that took the connection.</summary>
    private static string NameOf(MqttServer server, MqttConnectionSettings settings) =>
        server == ConnectionSetup.ServerOf(settings) ? ConnectionSetup.NameOf(settings) : server.ToString();
}
