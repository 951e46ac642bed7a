using System.Buffers;
using System.Text;
using System.Threading.Channels;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>Keeps what a client hears for a test to await.</summary>
internal sealed class Inbox : IMqttReceiver
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Channel<Received> _messages = Channel.CreateBounded<Received>(100_000);
    private readonly Channel<bool> _connections = Channel.CreateBounded<bool>(1_000);
    private readonly TaskCompletionSource<MqttException?> _lost = new(
        TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it throws on a message, which ends the connection as a crash would.</summary>
    public bool IsBroken { get; init; }

    public bool HasMessage => _messages.Reader.Count > 0;

    /// <summary>The connection was lost, and why.</summary>
    public Task<MqttException?> Lost => _lost.Task.WaitAsync(Deadline);

    public async Task<Received> NextAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    /// <summary>The next connection that was accepted: whether its session was present.</summary>
    public async Task<bool> ConnectedAsync() =>
        await _connections.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(90));

    public void OnMessage(in MqttMessage message)
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("This receiver is broken.");
        }

        var received = new Received(message.Topic, message.Payload.ToArray(), message.Qos, message.IsRetained)
        {
            Properties = message.Properties,
            Acknowledgement = message.Acknowledgement,
        };
        Assert.True(_messages.Writer.TryWrite(received));
    }

    public void OnConnected(bool isSessionPresent) => Assert.True(_connections.Writer.TryWrite(isSessionPresent));

    public void OnDisconnected(MqttException? reason, bool willRetry) => _lost.TrySetResult(reason);
}

/// <summary>A received message, copied.</summary>
internal sealed record Received(string Topic, byte[] Payload, MqttQos Qos, bool IsRetained)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public MqttMessageProperties? Properties { get; init; }

    public MqttAcknowledgement Acknowledgement { get; init; }
}
