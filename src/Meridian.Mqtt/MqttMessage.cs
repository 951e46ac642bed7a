using System.Buffers;
using System.Runtime.InteropServices;

namespace Meridian.Mqtt;

/// <summary>A received Application Message, lent to <see cref="IMqttReceiver.OnMessage"/> until that returns.</summary>
public readonly ref struct MqttMessage
{
    internal MqttMessage(
        string topic,
        in ReadOnlySequence<byte> payload,
        MqttQos qos,
        bool isRetained,
        bool isDuplicate,
        MqttAcknowledgement acknowledgement)
    {
        Topic = topic;
        Payload = payload;
        Qos = qos;
        IsRetained = isRetained;
        IsDuplicate = isDuplicate;
        Acknowledgement = acknowledgement;
    }

    /// <summary>
    /// The Topic Name. Repeated topics give the same string object (a bounded cache), so it may be kept.
    /// </summary>
    public string Topic { get; }

    /// <summary>
    /// The payload; its memory belongs to the client and is reused when the callback has returned: copy what you keep.
    /// </summary>
    public ReadOnlySequence<byte> Payload { get; }

    /// <summary>The QoS that the server sent it with.</summary>
    public MqttQos Qos { get; }

    /// <summary>True when the server had retained it before the subscription was made.</summary>
    public bool IsRetained { get; }

    /// <summary>True when the server says that it may have sent this before (DUP).</summary>
    public bool IsDuplicate { get; }

    /// <summary>
    /// What <see cref="MqttClient.Acknowledge"/> takes; may be kept. Empty at QoS 0 and in automatic mode.
    /// </summary>
    public MqttAcknowledgement Acknowledgement { get; }
}

/// <summary>The right to acknowledge one received message. It dies with its connection: then it does nothing.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttAcknowledgement
{
    internal MqttAcknowledgement(uint epoch, uint sequence)
    {
        Epoch = epoch;
        Sequence = sequence;
    }

    /// <summary>True when there is nothing to acknowledge: QoS 0, or automatic mode.</summary>
    public bool IsEmpty => Epoch == 0;

    /// <summary>The connection it belongs to, from 1.</summary>
    internal uint Epoch { get; }

    /// <summary>The place of the message in the receive order of its connection; wraps.</summary>
    internal uint Sequence { get; }
}
