using System.Collections.Concurrent;
using System.Globalization;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Setpoints;

/// <summary>Commands by a broker and clients that nobody here wrote, as the South's README shows them.</summary>
public sealed class MosquittoCommandTests
{
    [Fact]
    public async Task Command_OfMosquittoRr_IsWrittenAndAnsweredToItsResponseTopic()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await CommandPlant.StartAsync("127.0.0.1", mosquitto.Port);

        var good = await RequestAsync(mosquitto.Port, "set/s/speed", "12.5");
        var tooMuch = await RequestAsync(mosquitto.Port, "set/s/speed", """{"id":"a","value":1000}""");

        Assert.Equal("""{"outcome":"written"}""", good);
        Assert.StartsWith(
            """{"id":"a","outcome":"refused","reason":"Item""", tooMuch, StringComparison.Ordinal);
        Assert.Equal([ReadingValue.From(12.5)], plant.Written);
    }

    [Fact]
    public async Task Command_OfMosquittoPub_IsAnsweredOnTheConfiguredTopic()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await CommandPlant.StartAsync("127.0.0.1", mosquitto.Port);
        var lines = new ConcurrentQueue<string>();
        await using var listener = MosquittoClients.Subscribe(
            mosquitto.Port, "#", "sub", moreArguments: ["-F", "%t %p"], onLine: lines.Enqueue);
        await mosquitto.WaitUntilSubscribedAsync("sub", "#");

        await MosquittoClients.PublishAsync(mosquitto.Port, "set/s/speed", ["7"]);
        await MosquittoClients.PublishAsync(mosquitto.Port, "set/plant/valve", ["true"]);

        await Deadline.UntilAsync(() => lines.Count == 5, "both commands, their answers and what the valve was given");
        Assert.Equal(
            [
                "set/plant/valve true", "set/s/speed 7", """told/plant/valve {"outcome":"written"}""",
                """told/s/speed {"outcome":"written"}""", "valve/set true",
            ],
            lines.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal([ReadingValue.From(7.0)], plant.Written);
        Assert.Equal(0, plant.Gateway.Account.Received);
    }

    private static async Task<string> RequestAsync(int port, string topic, string payload) =>
        Assert.Single(await ChildProcess.RunAsync(
            ServersInstalled.Require("mosquitto_rr", "mosquitto-clients"),
            [
                "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture),
                "-t", topic, "-e", "answers/me", "-q", "1", "-m", payload, "-W", "20",
            ]));
}
