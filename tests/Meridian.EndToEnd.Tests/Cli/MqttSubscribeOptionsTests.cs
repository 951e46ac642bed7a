using System.Text.Json;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt sub</c>: what is asked for, what is printed, how it ends.</summary>
public sealed class MqttSubscribeOptionsTests
{
    [Theory]
    [InlineData("text", "a/b hä")]
    [InlineData("hex", "a/b 68c3a4")]
    public async Task Sub_Format_PrintsThePayloadSo(string format, string expected)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish("a/b", "hä"u8.ToArray(), isRetained: true);

        await using var sub = Sub(broker, "-t", "a/#", "-v", "--format", format, "-C", "1");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Equal([expected], sub.Process.Lines);
    }

    [Theory]
    [InlineData("%t=%p (%l, %q%r%d) 100%%", "a/b=hä (3, 010) 100%")]
    [InlineData(@"%x\t\\", "68c3a4\t\\")]
    [InlineData("[%C%R%D%E%P]", "[text/plaineh:1 i:2]")]
    public async Task Sub_Template_IsFilled(string format, string expected)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish(new MqttApplicationMessage
        {
            Topic = "a/b",
            Payload = "hä"u8.ToArray(),
            IsRetained = true,
            Properties = new MqttMessageProperties
            {
                ContentType = "text/plain",
                ResponseTopic = "e",
                UserProperties = [new("h", "1"), new("i", "2")],
            },
        });

        await using var sub = Sub(broker, "-V", "5", "-t", "a/#", "--format", format, "-C", "1");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Equal([expected], sub.Process.Lines);
    }

    [Theory]
    [InlineData("%z", "--format has '%z' at character 1, which means nothing")]
    [InlineData("%t %", "--format ends with '%'; write %% for the character itself.")]
    [InlineData("xml", "--format is 'xml'; it must be text, hex, json or a template such as '%t %p'.")]
    public async Task Sub_FormatThatMeansNothing_IsRefused(string format, string expected)
    {
        await using var broker = await MqttTestBroker.StartAsync();

        await using var sub = Sub(broker, "-t", "a/#", "--format", format);

        Assert.Equal(2, await sub.Process.WaitForExitAsync());
        Assert.Contains(expected, sub.Process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_Debug_TellsEachPacketAndNoPassword()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish("a/b", "public payload"u8.ToArray(), isRetained: true);

        await using var sub = Sub(
            broker, "-t", "a/#", "-q", "1", "-C", "1", "-d", "-i", "c", "-u", "ada", "-P", "secret word");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Contains("Client 'c' sends SUBSCRIBE id 1", sub.Process.Log, StringComparison.Ordinal);
        Assert.Contains("Client 'c' received SUBACK id 1", sub.Process.Log, StringComparison.Ordinal);
        Assert.Contains(
            "Client 'c' received PUBLISH 'a/b' QoS 0 retain, 19 bytes", sub.Process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret word", sub.Process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_Json_HasTextOrBase64AndTheFlags()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish("a", "\"x\""u8.ToArray(), isRetained: true);
        broker.Publish("b", (byte[])[0xff, 0x00], isRetained: true);

        await using var sub = Sub(broker, "-t", "a", "-t", "b", "--format", "json", "-C", "2");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        var found = sub.Process.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(json => json.GetProperty("topic").GetString()!, StringComparer.Ordinal);
        Assert.Equal("\"x\"", found["a"].GetProperty("payload").GetString());
        Assert.True(found["a"].GetProperty("retain").GetBoolean());
        Assert.Equal([0xff, 0x00], found["b"].GetProperty("payloadBase64").GetBytesFromBase64());
    }

    [Fact]
    public async Task Sub_JsonOfVersion5_HasTheProperties()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish(new MqttApplicationMessage
        {
            Topic = "a",
            Payload = "x"u8.ToArray(),
            IsRetained = true,
            Properties = new MqttMessageProperties
            {
                ContentType = "text/plain",
                CorrelationData = new byte[] { 1 },
                UserProperties = [new("k", "v"), new("k", "w")],
            },
        });

        await using var sub = Sub(broker, "-V", "5", "-t", "a", "--format", "json", "-C", "1");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.EndsWith(
            ""","contentType":"text/plain","correlationDataBase64":"AQ==","userProperties":[["k","v"],["k","w"]]}""",
            Assert.Single(sub.Process.Lines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_RetainedOnlyAndFilterOut_PrintTheRest()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Publish("a/one", "1"u8.ToArray(), isRetained: true);
        broker.Publish("a/two", "2"u8.ToArray(), isRetained: true);

        await using var sub = Sub(broker, "-t", "a/#", "-T", "a/one", "--retained-only", "-C", "2", "-i", "s");
        await broker.WaitForAsync(() => broker.Sessions.Any(session => session.Subscriptions.Count == 1));
        broker.Publish("a/three", "3"u8.ToArray());
        broker.Publish("a/four", "4"u8.ToArray(), isRetained: true);
        await sub.Process.WaitForLineAsync(line => line is "2", "the message that was retained");
        sub.Process.Send(Signal.Terminate);

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Equal(["2"], sub.Process.Lines);
    }

    [Fact]
    public async Task Sub_Version5Options_StandInSubscribe()
    {
        await using var broker = await MqttTestBroker.StartAsync();

        await using var sub = Sub(
            broker,
            "-V", "5", "-t", "a", "-t", "b", "-q", "2", "--no-local", "--retain-as-published",
            "--retain-handling", "never", "-E");

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        var asked = broker.Packets.Where(packet => packet.Type == MqttPacketType.Subscribe)
            .SelectMany(packet => packet.Subscriptions).ToArray();
        Assert.Equal(["a", "b"], asked.Select(subscription => subscription.Filter), StringComparer.Ordinal);
        Assert.All(asked, subscription =>
        {
            Assert.Equal(MqttQos.ExactlyOnce, subscription.Qos);
            Assert.True(subscription.NoLocal);
            Assert.True(subscription.RetainAsPublished);
            Assert.Equal(MqttRetainHandling.DoNotSend, subscription.RetainHandling);
        });
    }

    [Fact]
    public async Task Sub_CountInAKeptSession_LeavesTheRestToTheNextCall()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        string[] session = ["-t", "a", "-q", "1", "-i", "reader", "-c"];
        await using (var first = Sub(broker, [.. session, "-E"]))
        {
            Assert.Equal(0, await first.Process.WaitForExitAsync());
        }

        foreach (var payload in (string[])["1", "2", "3", "4", "5"])
        {
            broker.Publish("a", System.Text.Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce);
        }

        await using var two = Sub(broker, [.. session, "-C", "2"]);
        Assert.Equal(0, await two.Process.WaitForExitAsync());
        await using var rest = Sub(broker, [.. session, "-C", "3"]);
        Assert.Equal(0, await rest.Process.WaitForExitAsync());

        Assert.Equal(["1", "2"], two.Process.Lines);
        Assert.Equal(["3", "4", "5"], rest.Process.Lines);
    }

    [Fact]
    public async Task Sub_TimeoutBeforeCount_EndsWithFour()
    {
        await using var broker = await MqttTestBroker.StartAsync();

        await using var sub = Sub(broker, "-t", "a", "-C", "1", "-W", "1");

        Assert.Equal(4, await sub.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Sub_RefusedFilter_EndsWithThreeAndNamesIt()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.RefuseSubscription("secret/#", MqttReasonCode.NotAuthorized);

        await using var sub = Sub(broker, "-t", "open", "-t", "secret/#");

        Assert.Equal(3, await sub.Process.WaitForExitAsync());
        Assert.Contains("'secret/#'", sub.Process.Log, StringComparison.Ordinal);
    }

    private static GatewayProcess Sub(MqttTestBroker broker, params string[] arguments) => GatewayProcess.Start(
        ["mqtt", "sub", "-L", broker.Server.ToString(), .. arguments]);
}
