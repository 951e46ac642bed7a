namespace Meridian.Mqtt.Testing.Traffic;

/// <summary>What passed the broker, for its observers. Guarded by the broker's gate.</summary>
internal sealed class TrafficLog(int maxKeptMessages)
{
    /// <summary>The kept messages also end here, so that big payloads cannot pile up.</summary>
    public const long MaxKeptBytes = 32 * 1024 * 1024;

    private readonly long[] _received = new long[(int)MqttPacketType.Disconnect + 1];
    private readonly long[] _sent = new long[(int)MqttPacketType.Disconnect + 1];
    private readonly Queue<MqttTestMessage> _kept = new();
    private long _keptBytes;
    private TaskCompletionSource? _changed;

    public long MessageCount { get; private set; }

    public long DroppedCount { get; private set; }

    public void CountReceived(MqttPacketType type) => _received[(int)type]++;

    public void CountSent(MqttPacketType type) => _sent[(int)type]++;

    public void CountDropped() => DroppedCount++;

    public long Received(MqttPacketType type) => type == MqttPacketType.Any ? _received.Sum() : _received[(int)type];

    public long Sent(MqttPacketType type) => type == MqttPacketType.Any ? _sent.Sum() : _sent[(int)type];

    public IReadOnlyList<MqttTestMessage> Kept() => [.. _kept];

    public void Add(MqttTestMessage message)
    {
        MessageCount++;
        if (maxKeptMessages == 0)
        {
            return;
        }

        _kept.Enqueue(message);
        _keptBytes += message.Payload.Length;
        while (_kept.Count > maxKeptMessages || (_keptBytes > MaxKeptBytes && _kept.Count > 1))
        {
            _keptBytes -= _kept.Dequeue().Payload.Length;
        }
    }

    /// <summary>A task that ends at the next change; ask for it before looking, so that no change is missed.</summary>
    public Task NextChangeAsync() =>
        (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed()
    {
        _changed?.SetResult();
        _changed = null;
    }
}
