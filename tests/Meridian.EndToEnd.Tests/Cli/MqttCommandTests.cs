using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt pub</c> and <c>sub</c> against a real broker.</summary>
public sealed class MqttCommandTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Pub_Lines_ArriveInOrderAtSubWithACount(string qos)
    {
        await using var broker = await MosquittoServer.StartAsync();
        var port = broker.Port.ToString(CultureInfo.InvariantCulture);
        string[] lines =
            [.. Enumerable.Range(0, 1_000).Select(i => $"line {i.ToString(CultureInfo.InvariantCulture)} ä")];

        await using var sub = GatewayProcess.Start(
            ["mqtt", "sub", "-p", port, "-t", "trial/#", "-q", qos, "-i", "reader", "--count", "1000"]);
        await broker.WaitUntilSubscribedAsync("reader", "trial/#");
        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-p", port, "-t", "trial/one", "-q", qos, "-l"],
            new ChildProcessOptions { HasInput = true });
        foreach (var line in lines)
        {
            await pub.Process.Input.WriteLineAsync(line);
        }

        pub.Process.Input.Close();

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Equal(lines, sub.Process.Lines);
    }

    [Fact]
    public async Task Pub_OneRetainedMessage_IsWhatAForeignSubscriberFinds()
    {
        await using var broker = await MosquittoServer.StartAsync();
        var port = broker.Port.ToString(CultureInfo.InvariantCulture);

        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-p", port, "-t", "state", "-m", "ready", "-q", "1", "-r"]);
        Assert.Equal(0, await pub.Process.WaitForExitAsync());

        await using var foreign = MosquittoClients.Subscribe(broker.Port, "state", "watcher", 1, ["-C", "1"]);
        Assert.Equal(0, await foreign.WaitForExitAsync());
        Assert.Equal(["ready"], foreign.Lines);
    }

    [Fact]
    public async Task Pub_NobodyListens_EndsWithOneAndSaysWhere()
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);

        await using var pub = GatewayProcess.Start(["mqtt", "pub", "-p", port, "-t", "t", "-m", "x"]);

        Assert.Equal(1, await pub.Process.WaitForExitAsync());
        Assert.Contains(port, pub.Process.Log, StringComparison.Ordinal);
    }
}
