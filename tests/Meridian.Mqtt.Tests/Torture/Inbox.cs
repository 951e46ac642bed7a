using System.Buffers;
using System.Buffers.Binary;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>
/// Notes what a client receives; in the application's own mode it acknowledges by the test's will, in any order.
/// </summary>
internal sealed class Inbox : IMqttReceiver
{
    private readonly Lock _lock = new();
    private readonly List<(string Topic, int Number)> _messages = [];
    private readonly List<MqttAcknowledgement> _rights = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Some message's right to be acknowledged, taken out; null when there is none.</summary>
    public MqttAcknowledgement? TakeRight(Random random)
    {
        lock (_lock)
        {
            if (_rights.Count == 0)
            {
                return null;
            }

            var index = random.Next(_rights.Count);
            var right = _rights[index];
            _rights.RemoveAt(index);
            return right;
        }
    }

    public List<(string Topic, int Number)> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Completes at the next thing that is heard after this was asked.</summary>
    public Task NextChangeAsync()
    {
        lock (_lock)
        {
            return _change.Task;
        }
    }

    public void OnMessage(in MqttMessage message)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        message.Payload.Slice(0, payload.Length).CopyTo(payload);
        var number = BinaryPrimitives.ReadInt32BigEndian(payload);
        lock (_lock)
        {
            _messages.Add((message.Topic, number));
            if (!message.Acknowledgement.IsEmpty)
            {
                _rights.Add(message.Acknowledgement);
            }
        }

        Changed();
    }

    public void OnConnected(bool isSessionPresent) => Changed();

    public void OnDisconnected(MqttException? reason, bool willRetry) => Changed();

    private void Changed()
    {
        TaskCompletionSource change;
        lock (_lock)
        {
            change = _change;
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        change.SetResult();
    }
}
