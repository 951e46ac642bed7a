using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Streams by Subscription Identifier, and Receive Maximum.</summary>
public sealed class StreamVersion5Tests
{
    [Fact]
    [Spec("5.0", "MQTT-3.8.1-1", "MQTT-3.8.3-2", "MQTT-3.8.3-5", "MQTT-3.10.1-1", "MQTT-3.10.3-2")]
    public async Task Subscribe_AndUnsubscribe_SayWhatTheOptionsAsk()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        var subscribing = client.SubscribeAsync(new MqttSubscriptionRequest("a/#", MqttQos.ExactlyOnce)
        {
            NoLocal = true,
            RetainAsPublished = true,
            RetainHandling = MqttRetainHandling.SendIfNew,
        });
        await connection.ExpectAsync(StreamPeer.SubscribePacket5("a/#", 1, "1E"));
        await connection.SendAsync("9004" + "0001" + "00" + "01");
        var stream = await subscribing;

        var leaving = stream.DisposeAsync().AsTask();
        await connection.ExpectAsync("A208" + "0002" + "00" + "0003612F23");
        await connection.SendAsync("B004" + "0002" + "00" + "11"); // No subscription existed: no matter.
        await leaving.WaitAsync(ScriptedPeer.Deadline);

        Assert.Equal(MqttQos.AtLeastOnce, stream.GrantedQos);
        Assert.Throws<ArgumentException>(() =>
        {
            _ = client.SubscribeAsync(new MqttSubscriptionRequest("$share/g/a", MqttQos.AtMostOnce) { NoLocal = true });
        });
    }

    [Fact]
    public async Task Messages_WithIdentifiers_GoToTheStreamsTheyName()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        Assert.Equal("connected False", await recorder.NextAsync());
        await using var first = await connection.Subscribe5Async(client, "a", 1);
        await using var all = await connection.Subscribe5Async(client, "#", 2);
        var receiving = client.SubscribeAsync([new("+", MqttQos.AtMostOnce)]);
        await connection.ExpectAsync("820700030000012B00");
        await connection.SendAsync("900400030000");
        await receiving;
        await using var ofFirst = first.GetAsyncEnumerator();
        await using var ofAll = all.GetAsyncEnumerator();

        await connection.SendAsync(StreamPeer.PublishPacket5("a", "31", "#")); // One copy for each, as some servers do,
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "32", "a"));
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "33", "a", "#")); // one for both, as others do,
        await connection.SendAsync(StreamPeer.PublishPacket5("a", "34")); // one of the receiver's subscription,
        await connection.SendAsync(StreamPeer.PublishPacket5("b", "35", "x")); // and one of an earlier process.

        Assert.Equal("2"u8.ToArray(), (await ofFirst.NextAsync()).Payload.ToArray());
        Assert.Equal("3"u8.ToArray(), (await ofFirst.NextAsync()).Payload.ToArray());
        Assert.Equal("1"u8.ToArray(), (await ofAll.NextAsync()).Payload.ToArray());
        Assert.Equal("3"u8.ToArray(), (await ofAll.NextAsync()).Payload.ToArray());
        Assert.Equal("a=4 q0", await recorder.NextAsync());
        Assert.Equal("5"u8.ToArray(), (await ofAll.NextAsync()).Payload.ToArray());
        Assert.Equal(0, first.BufferedCount);
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task Message_OfTwoStreams_IsAcknowledgedWhenBothHaveAcknowledged()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Options(peer) with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication });
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        await using var first = await connection.Subscribe5Async(client, "a", 1);
        await using var all = await connection.Subscribe5Async(client, "#", 2);
        await using var ofFirst = first.GetAsyncEnumerator();
        await using var ofAll = all.GetAsyncEnumerator();
        var both = StreamPeer.IdentifierOf("a") + StreamPeer.IdentifierOf("#");
        await connection.SendAsync(
            $"32{6 + (both.Length / 2):X2}" + "000161" + "0001" + $"{both.Length / 2:X2}{both}");

        (await ofFirst.NextAsync()).Acknowledge();
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("300400017800");
        (await ofAll.NextAsync()).Acknowledge();

        await connection.ExpectAsync("40020001");
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task Server_WithoutIdentifiers_IsAskedWithoutAndRoutedByFilter()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await peer.ConnectAsync(client, "20050000022900");
        var subscribing = client.SubscribeAsync("$share/g/a");
        await connection.ExpectAsync("8210" + "0001" + "00" + "000A" + "2473686172652F672F61" + "01");
        await connection.SendAsync("9004" + "0001" + "00" + "01");
        await using var stream = await subscribing;
        await using var messages = stream.GetAsyncEnumerator();

        await connection.SendAsync("300400016100");

        Assert.Equal("a", (await messages.NextAsync()).Topic);
        await client.DisconnectAsync(); // Or a stream that ends would wait for its UNSUBACK.
    }

    [Fact]
    public async Task Renewal_OfManyStreams_KeepsIdentifiersAndIsPaced()
    {
        const int Count = 200;
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            Options(peer) with { Reconnect = new() }, jitter: new NoDelay());
        await using var first = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        for (var i = 1; i <= Count; i++)
        {
            var subscribing = client.SubscribeAsync($"f/{i}");
            await first.ReadAsync();
            await first.SendAsync($"9004{i:X4}0001");
            await subscribing;
        }

        await first.DisposeAsync();
        await using var second = await peer.ReturnAsync(StreamPeer.ConnAck5);
        var identifiers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i <= Count; i++)
        {
            var packet = await second.ReadAsync();
            Assert.StartsWith("82", packet, StringComparison.Ordinal);
            identifiers.Add(packet[10..(10 + (2 * Convert.ToInt32(packet[8..10], 16)))]); // The property.
            await second.SendAsync($"9004{packet[4..8]}0001");
        }

        Assert.Equal(Count, identifiers.Count);
    }

    [Fact]
    [Spec("5.0", "MQTT-3.3.4-9", "MQTT-4.13.1-1")]
    public async Task ReceiveMaximum_Exceeded_EndsTheConnectionWithThatReason()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = Options(peer) with
        {
            ReceiveMaximum = 1,
            AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
            PauseAtReceiveMaximum = false,
        };
        await using var client = new MqttClient(options, recorder);
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);

        await connection.SendAsync("3206" + "000161" + "0001" + "00" + "3206" + "000161" + "0002" + "00");

        await connection.ExpectAsync("E00193");
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.Equal("a= q1", await recorder.NextAsync());
        Assert.Equal("disconnected MqttProtocolException False", await recorder.NextAsync());
    }

    [Theory]
    [InlineData("B00400010000")] // UNSUBACK
    [InlineData("90050001000101")] // two codes
    public async Task Answer_OfTheWrongKindOrLength_IsAFault(string answer)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await peer.ConnectAsync(client, StreamPeer.ConnAck5);
        var subscribing = client.SubscribeAsync("a");
        await connection.ReadAsync();

        await connection.SendAsync(answer);

        var error = await Assert.ThrowsAsync<MqttProtocolException>(() => subscribing);
        Assert.Equal(MqttReasonCode.ProtocolError, error.ReasonCode);
        await connection.ExpectAsync("E00182");
    }

    private static MqttClientOptions Options(ScriptedPeer peer) =>
        peer.Options with { Version = MqttProtocolVersion.V50 };
}
