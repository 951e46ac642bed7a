using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt pub</c>: what each option makes of the packets.</summary>
public sealed class MqttPublishOptionsTests
{
    [Fact]
    public async Task Pub_Version5WithAllProperties_SendsThem()
    {
        await using var broker = await MqttTestBroker.StartAsync();

        var code = await PubAsync(
            broker,
            [
                "-V", "5", "-t", "order", "-m", "[7]", "-q", "1", "--content-type", "application/json", "--utf8",
                "--expiry", "60", "--response-topic", "answer", "--correlation-data", "c7",
                "--user-property", "line=1", "--user-property", "line=2=b",
            ]);

        Assert.Equal(0, code);
        var message = Assert.Single(broker.Received);
        Assert.Equal("[7]", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal("application/json", message.Properties?.ContentType);
        Assert.True(message.Properties?.IsText);
        Assert.InRange(message.Properties!.Expiry!.Value.TotalSeconds, 50, 60);
        Assert.Equal("answer", message.Properties.ResponseTopic);
        Assert.Equal("c7", Encoding.UTF8.GetString(message.Properties.CorrelationData!.Value.Span));
        Assert.Equal(
            [new MqttUserProperty("line", "1"), new MqttUserProperty("line", "2=b")],
            message.Properties.UserProperties);
    }

    [Fact]
    public async Task Pub_WillAndSessionOptions_StandInConnect()
    {
        await using var broker = await MqttTestBroker.StartAsync();

        var code = await PubAsync(
            broker,
            [
                "-V", "5", "-t", "t", "-n", "-i", "press", "-c", "-x", "300", "-k", "33", "--receive-maximum", "7",
                "--will-topic", "state", "--will-message", "gone", "--will-qos", "1", "--will-retain",
                "--will-delay", "5", "--will-content-type", "text/plain", "--connect-user-property", "site=hall",
            ]);

        Assert.Equal(0, code);
        var connect = broker.Packets.First(packet => packet.Type == MqttPacketType.Connect).Connect!;
        Assert.Equal("press", connect.ClientId);
        Assert.False(connect.CleanStart);
        Assert.Equal(TimeSpan.FromSeconds(300), connect.SessionExpiry);
        Assert.Equal(TimeSpan.FromSeconds(33), connect.KeepAlive);
        Assert.Equal(7, connect.ReceiveMaximum);
        Assert.Equal([new MqttUserProperty("site", "hall")], connect.UserProperties);
        Assert.Equal("state", connect.Will?.Topic);
        Assert.Equal("gone", Encoding.UTF8.GetString(connect.Will!.Payload.Span));
        Assert.Equal(MqttQos.AtLeastOnce, connect.Will.Qos);
        Assert.True(connect.Will.IsRetained);
        Assert.Equal(TimeSpan.FromSeconds(5), connect.Will.Delay);
        Assert.Equal("text/plain", connect.Will.Properties?.ContentType);
    }

    [Fact]
    public async Task Pub_FileWithAnyBytes_ArrivesAsItIs()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        using var folder = new TempFolder();
        byte[] bytes = [0, 255, 13, 10, 128, .. Enumerable.Repeat((byte)7, 100_000)];
        await File.WriteAllBytesAsync(folder.At("f.bin"), bytes);

        Assert.Equal(0, await PubAsync(broker, ["-t", "f", "-f", folder.At("f.bin"), "-q", "2", "--repeat", "3"]));

        Assert.Equal(3, broker.Received.Count);
        Assert.All(broker.Received, message => Assert.True(message.Payload.Span.SequenceEqual(bytes)));
    }

    [Theory]
    [InlineData("--stdin", new[] { "a\r\nb\n\nc" })]
    [InlineData("--lines", new[] { "a", "b", "", "c" })]
    public async Task Pub_StandardInput_IsOneMessageOrOnePerLine(string option, string[] expected)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-L", broker.Server.ToString(), "-t", "t", "-q", "1", option],
            new ChildProcessOptions { HasInput = true });

        await pub.Process.Input.WriteAsync("a\r\nb\n\nc");
        pub.Process.Input.Close();

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Equal(
            expected,
            broker.Received.Select(message => Encoding.UTF8.GetString(message.Payload.Span)),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Pub_PasswordFromFileOrVariable_OpensTheBroker()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "ada", Password = "päss" });
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("pw"), "päss\n");
        var port = broker.Port.ToString(CultureInfo.InvariantCulture);
        string[] message = ["mqtt", "pub", "-t", "t", "-m", "x", "-q", "1"];

        await using var byFile = GatewayProcess.Start(
            [.. message, "-L", $"mqtt://ada@127.0.0.1:{port}", "--password-file", folder.At("pw")]);
        await using var byVariable = GatewayProcess.Start(
            [.. message, "-p", port],
            new ChildProcessOptions
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["MERIDIAN_MQTT_USER"] = "ada",
                    ["MERIDIAN_MQTT_PASSWORD"] = "päss",
                },
            });
        await using var without = GatewayProcess.Start([.. message, "-p", port, "-u", "ada", "-P", "wrong"]);

        Assert.Equal(0, await byFile.Process.WaitForExitAsync());
        Assert.Equal(0, await byVariable.Process.WaitForExitAsync());
        Assert.Equal(3, await without.Process.WaitForExitAsync());
        Assert.Equal(2, broker.Received.Count);
    }

    [Fact]
    public async Task Pub_RefusedByTheBroker_EndsWithThree()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.RefusePublications("secret/#", MqttReasonCode.NotAuthorized, "not for you");

        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-V", "5", "-L", broker.Server.ToString(), "-t", "secret/a", "-m", "x", "-q", "1"]);

        Assert.Equal(3, await pub.Process.WaitForExitAsync());
        Assert.Contains("not for you", pub.Process.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exactly one of", "-t", "t")]
    [InlineData("exactly one of", "-t", "t", "-m", "x", "-l")]
    [InlineData("needs MQTT 5", "-t", "t", "-m", "x", "--expiry", "5")]
    [InlineData("--keep-session needs --client-id", "-t", "t", "-m", "x", "-c")]
    [InlineData("add --will-topic", "-t", "t", "-m", "x", "--will-retain")]
    [InlineData("scheme 'http'", "-t", "t", "-m", "x", "-L", "http://a")]
    [InlineData("give it alone", "-t", "t", "-m", "x", "-L", "mqtt://a", "-p", "5")]
    [InlineData("--qos is '3'", "-t", "t", "-m", "x", "-q", "3")]
    [InlineData("speaks none", "-t", "t", "-m", "x", "-L", "mqtt://a", "--alpn", "mqtt")]
    [InlineData("not NAME=VALUE", "-V", "5", "-t", "t", "-m", "x", "--user-property", "no")]
    [InlineData("wildcard", "-t", "a/#", "-m", "x", "-q", "1")]
    public async Task Pub_WrongCommandLine_EndsWithTwoAndSaysWhy(string words, params string[] arguments)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var port = arguments.Contains("-L") ? "" : broker.Port.ToString(CultureInfo.InvariantCulture);

        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", .. arguments, .. port.Length == 0 ? (string[])[] : ["-p", port]]);

        Assert.Equal(2, await pub.Process.WaitForExitAsync());
        Assert.Contains(words, pub.Process.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(broker.Received);
    }

    private static async Task<int> PubAsync(MqttTestBroker broker, string[] arguments)
    {
        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-L", broker.Server.ToString(), .. arguments]);
        return await pub.Process.WaitForExitAsync();
    }
}
