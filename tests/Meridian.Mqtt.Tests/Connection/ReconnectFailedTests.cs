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
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions() }, _listener, jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;

        await (await peer.AcceptAsync()).DisposeAsync();
        await AnswerAsync(peer, "20020003");
        await AnswerAsync(peer, "D000");
        await using var last = await peer.AcceptAsync(isSessionPresent: false);

        Assert.Equal("connected", await _listener.NextAsync());
        Assert.Equal("lost MqttConnectionLostException True", await _listener.NextAsync());
        Assert.Equal("failed MqttConnectionLostException", await _listener.NextAsync());
        Assert.Equal("failed MqttConnectException", await _listener.NextAsync());
        Assert.Equal("failed MqttProtocolException", await _listener.NextAsync());
        Assert.Equal("connected", await _listener.NextAsync());
    }

    [Fact]
    public async Task Try_ThatNoneFollows_IsTheEndAlone()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions() }, _listener, jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;

        await AnswerAsync(peer, "20020004");

        Assert.Equal("connected", await _listener.NextAsync());
        Assert.Equal("lost MqttConnectionLostException True", await _listener.NextAsync());
        Assert.Equal("lost MqttConnectException False", await _listener.NextAsync());
    }

    [Fact]
    public async Task Try_OfTheFirstConnection_IsToldWhereReconnectsCountFromThere()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions { CountsAtFirst = true } },
            _listener,
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();

        await AnswerAsync(peer, "20020003");
        await using var last = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;

        Assert.Equal("failed MqttConnectException", await _listener.NextAsync());
        Assert.Equal("connected", await _listener.NextAsync());
    }

    [Fact]
    public async Task ConnectAsync_ThatFails_IsItsCallersAlone()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions() }, _listener, jitter: new NoDelay());
        var connecting = client.ConnectAsync();

        await AnswerAsync(peer, "20020003");

        await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.False(_listener.HasEvent);
    }

    private static async Task AnswerAsync(ScriptedPeer peer, string answer)
    {
        await using var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(answer);
        Assert.Equal("", await connection.ReadAsync());
    }

    private sealed class Listener : IMqttReceiver
    {
        private readonly Channel<string> _events = Channel.CreateBounded<string>(1_000);

        public bool HasEvent => _events.Reader.Count > 0;

        public async Task<string> NextAsync() =>
            await _events.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);

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
