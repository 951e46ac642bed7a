namespace Meridian.Mqtt.Testing.Traffic;

/// <summary>What passed the broker, for its observers. Guarded by the broker's gate.</summary>
internal sealed class TrafficLog(MqttTestBrokerOptions options)
{
    /// <summary>The kept messages, and the kept packets, also end here, so that big payloads cannot pile up.</summary>
    public const long MaxKeptBytes = 32 * 1024 * 1024;

    private readonly long[] _received = new long[(int)MqttPacketType.Auth + 1];
    private readonly long[] _sent = new long[(int)MqttPacketType.Auth + 1];
    private readonly KeptItems<MqttTestMessage> _messages = new(
        options.MaxKeptMessages, MaxKeptBytes, static message => message.Payload.Length);

    private readonly KeptItems<MqttTestPacket> _packets = new(
        options.MaxKeptPackets, MaxKeptBytes, static packet => packet.Bytes.Length);

    private TaskCompletionSource? _changed;

    public long MessageCount { get; private set; }

    public long PacketCount { get; private set; }

    public long DroppedCount { get; private set; }

    public long ExpiredCount { get; private set; }

    public long ConnectionCount { get; private set; }

    public void CountDropped() => DroppedCount++;

    public void CountExpired() => ExpiredCount++;

    public void CountConnection() => ConnectionCount++;

    public long Received(MqttPacketType type) => Count(_received, type);

    public long Sent(MqttPacketType type) => Count(_sent, type);

    public IReadOnlyList<MqttTestMessage> Messages() => _messages.Snapshot();

    public IReadOnlyList<MqttTestPacket> Packets() => _packets.Snapshot();

    public void Add(MqttTestMessage message)
    {
        MessageCount++;
        _messages.Add(message);
    }

    public void Add(MqttTestPacket packet)
    {
        (packet.IsReceived ? _received : _sent)[(int)packet.Type]++;
        packet.Number = ++PacketCount;
        _packets.Add(packet);
    }

    /// <summary>A task that ends at the next change; ask for it before looking, so that no change is missed.</summary>
    public Task NextChangeAsync() =>
        (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed()
    {
        _changed?.SetResult();
        _changed = null;
    }

    private static long Count(long[] counts, MqttPacketType type) =>
        type == MqttPacketType.Any ? counts.Sum() : counts[(int)type];
}

/// <summary>The last items, at most so many and so many bytes of them.</summary>
internal sealed class KeptItems<T>(int maxItems, long maxBytes, Func<T, long> bytesOf)
{
    private readonly Queue<T> _items = new();
    private long _bytes;

    public IReadOnlyList<T> Snapshot() => [.. _items];

    public void Add(T item)
    {
        if (maxItems == 0)
        {
            return;
        }

        _items.Enqueue(item);
        _bytes += bytesOf(item);
        while (_items.Count > maxItems || (_bytes > maxBytes && _items.Count > 1))
        {
            _bytes -= bytesOf(_items.Dequeue());
        }
    }
}
