using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Tests.Servers;

namespace Meridian.Mqtt.Tests.Subscriptions;

public sealed class RequestTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Requests_ManyAtOnce_EachGetItsOwnAnswer(MqttProtocolVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var responder = new MqttClient(server.Options with { Version = version });
        await responder.ConnectAsync();
        var filter = version == MqttProtocolVersion.V50 ? "add" : "add/+/+";
        await using var requests = await responder.SubscribeAsync(filter);
        var answering = AnswerAsync(responder, requests);
        await using var client = new MqttClient(server.Options with { Version = version });
        await client.ConnectAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => client.RequestAsync("add", new[] { (byte)i }, Soon)));

        Assert.Equal(Enumerable.Range(1, 100), answers.Select(static answer => (int)answer.Payload.Span[0]));
        await requests.DisposeAsync();
        await answering;
    }

    [Fact]
    public async Task Request_InsideTheLoopThatAnswers_DoesNotDeadlock()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MqttClient(server.Options with { Version = MqttProtocolVersion.V50 });
        await client.ConnectAsync();
        await using var inner = await client.SubscribeAsync("inner");
        await using var outer = await client.SubscribeAsync("outer");
        var answeringInner = AnswerAsync(client, inner);
        var answeringOuter = RelayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => client.RequestAsync("outer", new[] { (byte)i }, Soon)));

        Assert.Equal(Enumerable.Range(1, 20), answers.Select(static answer => (int)answer.Payload.Span[0]));
        await inner.DisposeAsync();
        await outer.DisposeAsync();
        await Task.WhenAll(answeringInner, answeringOuter);

        async Task RelayAsync()
        {
            await foreach (var request in outer)
            {
                var answer = await client.RequestAsync("inner", request.Payload, Soon);
                await client.RespondAsync(request, answer.Payload);
            }
        }
    }

    [Fact]
    public async Task Request_NobodyListensTo_FailsAtOnceIn5()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MqttClient(server.Options with { Version = MqttProtocolVersion.V50 });
        await client.ConnectAsync();

        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => client.RequestAsync("nobody", default, Soon));

        Assert.Equal(MqttReasonCode.NoMatchingSubscribers, error.ReasonCode);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.3.2-13", "MQTT-3.3.2-14")]
    public async Task Answers_LateOrForeign_AreDropped()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var recorder = new Recorder();
        var options = peer.Options with
        {
            Version = MqttProtocolVersion.V50,
            ResponseTopicPrefix = "r",
            UseTopicAliases = false,
        };
        await using var client = new MqttClient(options, recorder, time: time);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        Assert.Equal("connected False", await recorder.NextAsync());
        var requesting = client.RequestAsync("q", default, TimeSpan.FromSeconds(5), MqttQos.AtMostOnce);
        var subscribe = await connection.ReadAsync();
        var topic = subscribe[10..^2]; // Its length and text, between the empty properties and the options.
        await connection.SendAsync("900400010001");

        // The Response Topic and the number 1.
        await connection.ExpectAsync("3024" + "000171" + "20" + "08" + topic + "090008" + "0000000000000001");
        time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<MqttTimeoutException>(() => requesting);
        var again = client.RequestAsync("q", default, TimeSpan.FromSeconds(5), MqttQos.AtMostOnce);
        await connection.ReadAsync();
        foreach (var properties in new[]
        {
            "0B0900080000000000000001", "0B0900080000000000000003", "040900012A", "00", "0B0900080000000000000002",
        })
        {
            var length = (topic.Length + properties.Length) / 2;
            await connection.SendAsync($"30{length:X2}{topic}{properties}");
        }

        Assert.Empty((await again).Payload.ToArray());
        Assert.False(recorder.HasEvent);
    }

    [Fact]
    public async Task Request_ClientDisconnected_EndsWithTheReason()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        var requesting = client.RequestAsync("q", default, Soon);
        var subscribe = await connection.ReadAsync();
        await connection.SendAsync("9003000101");
        var request = await connection.ReadAsync();
        Assert.Contains(subscribe[^38..^6], request, StringComparison.Ordinal); // The token.
        await connection.SendAsync("40020002");

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => requesting);
    }

    [Fact]
    public async Task Request_SubscriptionRefused_SaysSoAndIsTriedAgainByTheNext()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        await using var connection = await peer.ConnectAsync(client);
        for (var i = 1; i < 3; i++)
        {
            var requesting = client.RequestAsync("q", default, Soon);
            Assert.StartsWith("82", await connection.ReadAsync(), StringComparison.Ordinal);
            await connection.SendAsync($"9003000{i}80");
            await Assert.ThrowsAsync<MqttRejectedException>(() => requesting);
        }
    }

    private static async Task AnswerAsync(MqttClient responder, MqttSubscription requests)
    {
        await foreach (var request in requests)
        {
            await responder.RespondAsync(request, new[] { (byte)(request.Payload.Span[0] + 1) });
        }
    }
}
