using System.Globalization;
using Meridian.Fixtures;
using Npgsql;

namespace Meridian.EndToEnd.Tests.Fixtures;

/// <summary>The real servers and foreign clients do what the other tests rely on.</summary>
public sealed class FixturesTests
{
    [Fact]
    public async Task Mosquitto_PublishedByItsOwnClient_ReachesItsOwnSubscriber()
    {
        await using var broker = await MosquittoServer.StartAsync();
        await using var subscriber = MosquittoClients.Subscribe(broker.Port, "plant/#", "watcher", qos: 2);
        await broker.WaitUntilSubscribedAsync("watcher", "plant/#");

        await MosquittoClients.PublishAsync(broker.Port, "plant/line1", ["first", "second", "third"], qos: 2);

        await subscriber.WaitForLineAsync(line => line.Equals("third", StringComparison.Ordinal), "third");
        Assert.Equal(["first", "second", "third"], subscriber.Lines);
        Assert.True(broker.Figures.PeakMemoryBytes > 1_000_000);
    }

    [Fact]
    public async Task Mosquitto_PersistentAndRestarted_KeepsWhatWaits()
    {
        await using var broker = await MosquittoServer.StartAsync(new MosquittoServerOptions { IsPersistent = true });
        await using (var subscriber = MosquittoClients.Subscribe(broker.Port, "t", "sleeper", 1, ["-c", "-E"]))
        {
            await subscriber.WaitForExitAsync();
        }

        await MosquittoClients.PublishAsync(broker.Port, "t", Numbers(2_000));
        await broker.RestartAsync();

        await using var again = MosquittoClients.Subscribe(broker.Port, "t", "sleeper", 1, ["-c", "-C", "2000"]);
        Assert.Equal(0, await again.WaitForExitAsync());
        Assert.Equal(Numbers(2_000).ToArray(), again.Lines.ToArray());
    }

    [Fact]
    public async Task Mosquitto_WithUsers_RefusesAStranger()
    {
        await using var broker = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "secret", ["bob"] = "other" },
        });

        await MosquittoClients.PublishAsync(broker.Port, "t", ["x"], moreArguments: ["-u", "alice", "-P", "secret"]);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => MosquittoClients.PublishAsync(broker.Port, "t", ["x"], moreArguments: ["-u", "bob", "-P", "secret"]));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(2, 5)]
    public async Task MqttJs_Publishes_EverySequenceNumberOnce(int qos, int protocolVersion)
    {
        await using var broker = await MosquittoServer.StartAsync();
        await using var subscriber = MosquittoClients.Subscribe(broker.Port, "js/#", "watcher", 2, ["-C", "1000"]);
        await broker.WaitUntilSubscribedAsync("watcher", "js/#");

        await NodeClients.PublishAsync(
            new NodePublish(broker.Port, "js", 1_000) { Qos = qos, Topics = 7, ProtocolVersion = protocolVersion });

        await subscriber.WaitForExitAsync();
        var sequences = subscriber.Lines.Select(line => line.Split(':', ',')[1]);
        Assert.Equal(Numbers(1_000).Order(StringComparer.Ordinal), sequences.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Postgres_StoppedAndKilled_KeepsWhatWasCommitted()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await server.RunAsync(database, "CREATE TABLE t AS SELECT 41 AS n");

        await server.StopAsync();
        await Assert.ThrowsAsync<NpgsqlException>(() => server.AskAsync<int>(database, "SELECT n FROM t"));
        await server.StartAgainAsync();
        await server.RunAsync(database, "UPDATE t SET n = 42");
        await server.KillAsync();
        await server.StartAgainAsync();

        Assert.Equal(42, await server.AskAsync<int>(database, "SELECT n FROM t"));
        Assert.Equal("on", await server.AskAsync<string>(database, "SHOW fsync"));
    }

    [Fact]
    public async Task ChildProcess_Signalled_EndsWithTheSignalsCode()
    {
        await using var child = ChildProcess.Start("sh", ["-c", "echo ready; exec sleep 60"]);
        await child.WaitForLineAsync(line => line.Equals("ready", StringComparison.Ordinal), "ready");

        Assert.True(child.Figures.PeakMemoryBytes > 0);
        child.Send(Signal.Terminate);

        Assert.Equal(128 + 15, await child.WaitForExitAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForLineAsync(_ => false, "never"));
    }

    private static IEnumerable<string> Numbers(int count) =>
        Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture));
}
