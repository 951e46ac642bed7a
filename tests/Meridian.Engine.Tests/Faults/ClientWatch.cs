using System.Diagnostics.Metrics;
using Meridian.Engine.Tests.Peers;
using Meridian.Mqtt.Testing;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// What passes between one MQTT client and the broker, seen at both ends. Sockets are real: a test whose clock is not
/// may let it go on only as far as both have got. It counts; a log of packets would forget.
/// </summary>
internal sealed class ClientWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManualClock _clock;
    private readonly string _client;
    private readonly MeterListener _listener = new();
    private DateTimeOffset _lastHeard = DateTimeOffset.MinValue;
    private DateTimeOffset _lastRead = DateTimeOffset.MinValue;
    private DateTimeOffset _lastLook = DateTimeOffset.MinValue;
    private long _seenBytes;
    private long _acknowledged;
    private long _measuredBytes;
    private long _measuredMessages;

    /// <summary>
    /// Begins before the client connects, and before the broker has faults: none behind the one that strikes a packet
    /// is shown it.
    /// </summary>
    public ClientWatch(MqttTestBroker broker, ManualClock clock, string client)
    {
        _clock = clock;
        _client = client;
        broker.Faults.OnReceived(MqttPacketType.Any).Client(client).Where(OnHeard).Always().Drop();
        broker.Faults.OnSent(MqttPacketType.ConnAck).Client(client).Where(OnSent).Always().Drop();
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "meridian.mqtt.bytes.received" or "meridian.mqtt.messages.received")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Measure);
        _listener.Start();
    }

    /// <summary>When the broker last heard of it.</summary>
    public DateTimeOffset LastHeard
    {
        get
        {
            lock (_lock)
            {
                return _lastHeard;
            }
        }
    }

    /// <summary>A moment that is not later than the client's last read: the last look before it.</summary>
    public DateTimeOffset LastRead
    {
        get
        {
            lock (_lock)
            {
                var now = _clock.TrueNow;
                var (bytes, _) = Look();
                if (bytes > _seenBytes)
                {
                    (_lastRead, _seenBytes) = (_lastLook, bytes);
                }

                _lastLook = now;
                return _lastRead;
            }
        }
    }

    /// <summary>Whether it has so many messages that the broker has no acknowledgement of.</summary>
    public bool Holds(int messages)
    {
        lock (_lock)
        {
            var (_, given) = Look();
            return given - _acknowledged >= messages;
        }
    }

    public void Dispose() => _listener.Dispose();

    private bool OnHeard(MqttTestPacket packet)
    {
        lock (_lock)
        {
            _lastHeard = packet.At;
            _acknowledged += packet.Type == MqttPacketType.PubAck ? 1 : 0;
            return false;
        }
    }

    /// <summary>A client counts from behind CONNACK on, and waits from then on.</summary>
    private bool OnSent(MqttTestPacket packet)
    {
        lock (_lock)
        {
            (_lastRead, _lastLook) = (packet.At, packet.At);
            (_seenBytes, _) = Look();
            return false;
        }
    }

    /// <summary>The client's own counts. Under the lock.</summary>
    private (long Bytes, long Messages) Look()
    {
        _measuredBytes = 0;
        _measuredMessages = 0;
        _listener.RecordObservableInstruments();
        return (_measuredBytes, _measuredMessages);
    }

    private void Measure(
        Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (var tag in tags)
        {
            if (tag.Value is string client && string.Equals(client, _client, StringComparison.Ordinal))
            {
                _measuredBytes += instrument.Name.Contains("bytes", StringComparison.Ordinal) ? value : 0;
                _measuredMessages += instrument.Name.Contains("messages", StringComparison.Ordinal) ? value : 0;
            }
        }
    }
}
