using System.Text;
using System.Threading.Channels;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Keeps what a client hears, as lines of text, for a test to await.</summary>
internal sealed class Recorder : IMqttReceiver
{
    private readonly Channel<string> _events = Channel.CreateBounded<string>(100_000);
    private readonly Channel<MqttAcknowledgement> _acknowledgements = Channel.CreateBounded<MqttAcknowledgement>(
        100_000);

    public Action<string>? OnText { get; init; }

    public async Task<string> NextAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);

    public async Task<MqttAcknowledgement> NextAcknowledgementAsync() =>
        await _acknowledgements.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);

    public bool HasEvent => _events.Reader.Count > 0;

    public void OnMessage(in MqttMessage message)
    {
        var text = $"{message.Topic}={Encoding.UTF8.GetString(message.Payload)} q{(int)message.Qos}"
            + (message.IsRetained ? " retained" : "") + (message.IsDuplicate ? " dup" : "");
        Assert.True(_events.Writer.TryWrite(text));
        Assert.True(_acknowledgements.Writer.TryWrite(message.Acknowledgement));
        OnText?.Invoke(text);
    }

    public void OnUndelivered(MqttApplicationMessage message, MqttException reason)
    {
        var text = Encoding.UTF8.GetString(message.Payload.Span);
        Assert.True(_events.Writer.TryWrite($"undelivered {text} {reason.GetType().Name}"));
    }

    public void OnConnected(bool isSessionPresent) =>
        Assert.True(_events.Writer.TryWrite($"connected {isSessionPresent}"));

    public void OnDisconnected(MqttException? reason, bool willRetry) =>
        Assert.True(_events.Writer.TryWrite($"disconnected {reason?.GetType().Name} {willRetry}"));
}
