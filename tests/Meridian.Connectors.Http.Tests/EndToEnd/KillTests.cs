using System.Globalization;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.EndToEnd;

/// <summary>
/// The real gateway is killed (SIGKILL) while requests are under way: between what the server stores and the answer,
/// before and behind it. A server that honours keys has each reading once.
/// </summary>
public sealed class KillTests
{
    private const int Numbers = 1_000;

    private static readonly int Kills = TestMode.Pick(20, 5);

    [Fact]
    public async Task Gateway_KilledWithinRequests_EachReadingIsStoredOnce()
    {
        using var folder = new TempFolder("meridian-http-");
        var acknowledged = 0;
        await using var broker = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            ExtraText = "log_type debug",
            OnLine = line => acknowledged +=
                line.Contains("Received PUBACK from http-kill", StringComparison.Ordinal) ? 1 : 0,
        });
        await using var server = await WebServer.StartAsync();
        var store = new KeyedStore();
        await File.WriteAllTextAsync(folder.At("meridian.json"), Configuration(broker.Port, server.Url));

        server.Otherwise = Answers.Status(503, "", "Retry-After: 1");
        await FillAsync(folder, broker, () => Volatile.Read(ref acknowledged));
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillWithinARequestAsync(folder, server, store, isStored: kill % 2 == 0, passed: kill % 3);
        }

        server.Otherwise = store.TakeAsync;
        await using (var last = await StartAsync(folder))
        {
            await Deadline.UntilAsync(() => store.Numbers.Count >= Numbers, "all numbers are stored");
            Assert.Equal(0, await last.StopAsync());
        }

        Assert.Empty(store.Mistakes);
        Assert.True(store.RepeatCount >= (Kills + 1) / 2, $"Only {store.RepeatCount} requests came again.");
        Assert.Equal(Enumerable.Range(0, Numbers).Select(static i => (long)i), store.Numbers);
    }

    /// <summary>Brings the numbers to the journal, while the server takes nothing.</summary>
    private static async Task FillAsync(TempFolder folder, MosquittoServer broker, Func<int> acknowledged)
    {
        await using var first = await StartAsync(folder);
        await broker.WaitUntilSubscribedAsync("http-kill", "plant/#");
        await MosquittoClients.PublishAsync(
            broker.Port,
            "plant/number",
            Enumerable.Range(0, Numbers).Select(static i => i.ToString(CultureInfo.InvariantCulture)));

        // What is acknowledged is on disk, and does not come again.
        await Deadline.UntilAsync(() => acknowledged() >= Numbers, "all numbers are acknowledged");
        Assert.Equal(0, await first.StopAsync());
    }

    private static async Task KillWithinARequestAsync(
        TempFolder folder, WebServer server, KeyedStore store, bool isStored, int passed)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = passed;
        server.Otherwise = async (HttpContext http, Received received) =>
        {
            if (left-- > 0)
            {
                await store.TakeAsync(http, received);
                return;
            }

            if (isStored && !reached.Task.IsCompleted)
            {
                await store.TakeAsync(http, received);
            }

            reached.TrySetResult();
            await Answers.Hang()(http, received);
        };
        await using var gateway = await StartAsync(folder);
        await reached.Task.WaitAsync(Deadline.Default, TimeProvider.System);
        await gateway.KillAsync();
    }

    private static async Task<GatewayProcess> StartAsync(TempFolder folder)
    {
        var gateway = GatewayProcess.Run(folder.At("meridian.json"), folder.At("data"));
        await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    private static string Configuration(int brokerPort, Uri url) =>
        $$"""
        {
          "gateway": { "name": "http-kill", "drainTime": "100 ms" },
          "souths": [
            {
              "name": "plant",
              "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": {{brokerPort}}, "clientId": "http-kill" },
              "items": [ { "name": "numbers", "topic": "plant/#", "qos": 1 } ]
            }
          ],
          "norths": [
            {
              "name": "cloud",
              "type": "http",
              "settings": { "url": "{{url}}", "answerTimeout": "20 s", "maxBodySize": "3 KiB" },
              "batch": { "maxReadings": 40 }
            }
          ]
        }
        """;
}
