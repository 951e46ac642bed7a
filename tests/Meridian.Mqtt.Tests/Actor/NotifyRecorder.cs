using System.Text;
using System.Threading.Channels;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>Keeps what an actor tells, as lines of text, for a test to await.</summary>
internal sealed class NotifyRecorder : IMqttConnectionNotify
{
    private readonly Channel<string> _events = Channel.CreateBounded<string>(100_000);
    private readonly Channel<MqttErrorDetails> _details = Channel.CreateBounded<MqttErrorDetails>(100_000);
    private int _depth;

    /// <summary>Runs within each callback, before it is recorded.</summary>
    public Action<MqttConnection, string>? OnEvent { get; set; }

    public bool HasEvent => _events.Reader.Count > 0;

    public async Task<string> NextAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);

    public async Task ExpectAsync(params string[] events)
    {
        foreach (var expected in events)
        {
            Assert.Equal(expected, await NextAsync());
        }
    }

    /// <summary>What came with the next error.</summary>
    public async Task<MqttErrorDetails> NextDetailsAsync() =>
        await _details.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);

    public void OnConnect(MqttConnection connection, bool isSessionPresent) =>
        Add(connection, $"connect {isSessionPresent}");

    public void OnMessage(MqttConnection connection, MqttApplicationMessage message) => Add(
        connection,
        $"message {message.Topic}={Encoding.UTF8.GetString(message.Payload.Span)} q{(int)message.Qos}"
        + (message.IsRetained ? " retained" : ""));

    public void OnPublish(MqttConnection connection, MqttToken token, MqttApplicationMessage message) =>
        Add(connection, $"{token} {message.Topic}");

    public void OnSubscribe(MqttConnection connection, MqttToken token, string topic, MqttQos grantedQos) =>
        Add(connection, $"{token} {topic} q{(int)grantedQos}");

    public void OnUnsubscribe(MqttConnection connection, MqttToken token, string topic) =>
        Add(connection, $"{token} {topic}");

    public void OnPing(MqttConnection connection) => Add(connection, "ping");

    public void OnDisconnect(MqttConnection connection) => Add(connection, "disconnect");

    public void OnError(MqttConnection connection, MqttError kind, MqttErrorDetails details)
    {
        Assert.True(_details.Writer.TryWrite(details));
        Add(connection, details.Token.Call == MqttCall.None ? $"error {kind}" : $"error {kind} {details.Token}");
    }

    private void Add(MqttConnection connection, string text)
    {
        Assert.Equal(1, Interlocked.Increment(ref _depth)); // One at a time.
        try
        {
            OnEvent?.Invoke(connection, text);
        }
        finally
        {
            Interlocked.Decrement(ref _depth);
            Assert.True(_events.Writer.TryWrite(text));
        }
    }
}
