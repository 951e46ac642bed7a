using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Telemetry;

/// <summary>
/// What one client counts. The loops only add to plain numbers; a listener to the meter reads them when it wants, so a
/// message costs the same whether anybody listens or not.
/// </summary>
/// <remarks>Each number has one writer at a time, named beside it; anyone reads.</remarks>
internal sealed class ClientFigures(ClientState state)
{
    private long _messagesReceived;
    private long _messagesSent;
    private long _messagesResent;
    private long _bytesReceived;
    private long _bytesSent;
    private long _reconnects;
    private long _droppedAtStreams;
    private Publication? _timed;
    private long _timedSince;

    public string ClientId => state.ClientId;

    public bool IsConnected => state.Link is not null;

    public MqttQueueStatus Queue => state.Publications.Status;

    public long MessagesReceived => Interlocked.Read(ref _messagesReceived);

    public long MessagesSent => Interlocked.Read(ref _messagesSent);

    public long MessagesResent => Interlocked.Read(ref _messagesResent);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public long Reconnects => Interlocked.Read(ref _reconnects);

    public long Unclaimed => state.Streams.UnclaimedCount;

    public long DroppedAtStreams => Interlocked.Read(ref _droppedAtStreams);

    /// <summary>By the read loop.</summary>
    public void AddReceivedMessage() => _messagesReceived++;

    /// <summary>By the read loop.</summary>
    public void AddDroppedAtStream() => _droppedAtStreams++;

    /// <summary>By the read loop.</summary>
    public void AddReceivedBytes(long count) => _bytesReceived += count;

    /// <summary>By the write loop.</summary>
    public void AddSentBytes(int count) => _bytesSent += count;

    /// <summary>Under the gate.</summary>
    public void AddSentMessage() => _messagesSent++;

    /// <summary>Under the gate.</summary>
    public void AddResentMessage() => _messagesResent++;

    /// <summary>By the connection loop.</summary>
    public void AddReconnect() => _reconnects++;

    /// <summary>A publication that will be acknowledged was sent. One at a time is timed, only while somebody listens.
    /// Under the gate.</summary>
    public void OnSent(Publication publication)
    {
        _messagesSent++;
        if (_timed is null && MqttMeter.AcknowledgementDuration.Enabled)
        {
            _timed = publication;
            _timedSince = state.Time.GetTimestamp();
        }
    }

    /// <summary>The last acknowledgement of a publication came. Under the gate.</summary>
    public void OnAcknowledged(Publication publication)
    {
        if (_timed == publication)
        {
            _timed = null;
            MqttMeter.AcknowledgementDuration.Record(
                state.Time.GetElapsedTime(_timedSince).TotalSeconds, MqttMeter.TagOf(this));
        }
    }

    /// <summary>A connection began: what the last one left unacknowledged is not timed. Under the gate.</summary>
    public void OnConnected() => _timed = null;
}
