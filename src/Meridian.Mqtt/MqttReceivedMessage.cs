using System.Buffers;
using Meridian.Mqtt.Subscriptions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <summary>A received Application Message with its own copy of the payload; may be kept.</summary>
public sealed class MqttReceivedMessage
{
    private readonly Delivery? _delivery;
    private readonly MqttSubscription? _stream;
    private int _isSettled;

    internal MqttReceivedMessage(in PublishPacket packet, ReadOnlyMemory<byte> payload)
    {
        Topic = packet.Topic;
        Payload = payload;
        Qos = packet.Qos;
        IsRetained = packet.IsRetained;
        IsDuplicate = packet.IsDuplicate;
        Properties = packet.Properties;
    }

    internal MqttReceivedMessage(
        in PublishPacket packet, ReadOnlyMemory<byte> payload, Delivery? delivery, MqttSubscription stream)
        : this(packet, payload)
    {
        _delivery = delivery;
        _stream = stream;
    }

    /// <summary>The Topic Name.</summary>
    public string Topic { get; }

    /// <summary>The payload. Streams that share a message share these bytes: they are not to be changed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The QoS that the server sent it with.</summary>
    public MqttQos Qos { get; }

    /// <summary>True when the server had retained it before the subscription was made; see also <see
    /// cref="MqttSubscriptionRequest.RetainAsPublished"/>.</summary>
    public bool IsRetained { get; }

    /// <summary>True when the server says that it may have sent this before (DUP).</summary>
    public bool IsDuplicate { get; }

    /// <summary>What the message says about itself; null when that is nothing, and before MQTT 5.0.</summary>
    public MqttMessageProperties? Properties { get; }

    /// <summary>The session that brought it is lost while it was unacknowledged: it never comes again.</summary>
    internal bool IsOnlyCopy { get; set; }

    /// <summary>The server sends it again on the next connection of the session. At QoS 2 it does too, but the client
    /// knows it again and keeps this one.</summary>
    internal bool ComesAgain => Qos == MqttQos.AtLeastOnce && !IsOnlyCopy && IsUnacknowledged;

    /// <summary>Where the message stands among those of its stream whose acknowledgement keeps its turn.</summary>
    internal LinkedListNode<MqttReceivedMessage>? InLine { get; set; }

    /// <summary>
    /// Says that the application is done with the message, where <see cref="MqttClientOptions.AcknowledgeMode"/> leaves
    /// that to it; elsewhere it does nothing.
    /// </summary>
    /// <remarks>Any thread, any order, cheap; a second time does nothing. PUBACK and PUBREC leave in receive order, so
    /// one that is never acknowledged holds up those behind it, until its stream is full. A message that several
    /// streams got is acknowledged when all of them have. When the connection that brought it has ended, the server
    /// sends it again at QoS 1, and what the stream still buffers of it is dropped for that; at QoS 2 the client knows
    /// it again and this counts. When the server has lost the session with the connection, nothing comes again: what is
    /// buffered stays and this does nothing.</remarks>
    public void Acknowledge() => Settle(isOnReadLoop: false);

    internal bool IsUnacknowledged => _delivery is not null && Volatile.Read(ref _isSettled) == 0;

    internal bool IsAside => _delivery?.IsAside == true;

    internal void StepAside() => _delivery?.StepAside();

    /// <param name="isOnReadLoop">The end of the read loop's batch wakes the writer.</param>
    internal void Settle(bool isOnReadLoop)
    {
        if (_delivery is not null && Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            _stream?.OnSettled(this);
            _delivery.Settle(isOnReadLoop);
        }
    }

    internal static ReadOnlyMemory<byte> Copy(in ReadOnlySequence<byte> payload) => payload.ToArray();
}
