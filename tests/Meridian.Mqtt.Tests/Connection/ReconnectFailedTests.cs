using System.Threading.Channels;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Why there is still no connection is told with every try.</summary>
public sealed class ReconnectFailedTests
{
    private readonly Listener _listener = new();

    [Fact]
    public async Task Tries_AfterALoss_TellEachWhyTheyFailed()
    {
        await using var peer = new ScriptedPeer();
        await using var client = NewClient(peer);
        await LoseAsync(peer, client);

        await (await peer.AcceptAsync()).DisposeAsync();
        await peer.AnswerAsync("20020003");
        await peer.AnswerAsync("D000");
        await using var last = await peer.AcceptAsync(isSessionPresent: false);

        await _listener.ExpectAsync(
            "connected",
            "lost MqttConnectionLostException True",
            "failed MqttConnectionLostException",
            "failed MqttConnectException",
            "failed MqttProtocolException",
            "connected");
    }

    [Fact]
    public async Task Try_ThatNoneFollows_IsTheEndAlone()
    {
        await using var peer = new ScriptedPeer();
        await using var client = NewClient(peer);
        await LoseAsync(peer, client);

        await peer.AnswerAsync("20020004");

        await _listener.ExpectAsync(
            "connected",
            "lost MqttConnectionLostException True",
            "lost MqttConnectException False");
    }

    [Fact]
    public async Task Try_OfTheFirstConnection_IsToldWhereReconnectsCountFromThere()
    {
        await using var peer = new ScriptedPeer();
        await using var client = NewClient(peer, countsAtFirst: true);
        var connecting = client.ConnectAsync();

        await peer.AnswerAsync("20020003");
        await using var last = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;

        await _listener.ExpectAsync("failed MqttConnectException", "connected");
    }

    [Fact]
    public async Task ConnectAsync_ThatFails_IsItsCallersAlone()
    {
        await using var peer = new ScriptedPeer();
        await using var client = NewClient(peer);
        var connecting = client.ConnectAsync();

        await peer.AnswerAsync("20020003");

        await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.False(_listener.HasEvent);
    }

    private MqttClient NewClient(ScriptedPeer peer, bool countsAtFirst = false) => new(
        peer.Options with { Reconnect = new MqttReconnectOptions { CountsAtFirst = countsAtFirst } },
        _listener,
        jitter: new NoDelay());

    /// <summary>The client is connected, and at once no more.</summary>
    private static async Task LoseAsync(ScriptedPeer peer, MqttClient client)
    {
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;
    }

    private sealed class Listener : IMqttReceiver
    {
        private readonly Channel<string> _events = Channel.CreateBounded<string>(1_000);

        public bool HasEvent => _events.Reader.Count > 0;

        public async Task ExpectAsync(params string[] events)
        {
            foreach (var one in events)
            {
                Assert.Equal(one, await _events.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline));
            }
        }

        public void OnMessage(in MqttMessage message)
        {
            // Nobody sends one here.
        }

        public void OnConnected(bool isSessionPresent) => Assert.True(_events.Writer.TryWrite("connected"));

        public void OnDisconnected(MqttException? reason, bool willRetry) =>
            Assert.True(_events.Writer.TryWrite($"lost {reason?.GetType().Name} {willRetry}"));

        public void OnReconnectFailed(MqttException reason) =>
            Assert.True(_events.Writer.TryWrite($"failed {reason.GetType().Name}"));
    }
}
