using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>How many bytes of Control Packets one client has sent and received, as its meter says.</summary>
internal sealed class WireBytes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _values = new(StringComparer.Ordinal);

    public WireBytes(string clientId)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name.StartsWith("meridian.mqtt.bytes.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags[0].Value is string id && string.Equals(id, clientId, StringComparison.Ordinal))
            {
                _values[instrument.Name] = value;
            }
        });
        _listener.Start();
    }

    public long Sent => Read("meridian.mqtt.bytes.sent");

    public long Received => Read("meridian.mqtt.bytes.received");

    public void Dispose() => _listener.Dispose();

    private long Read(string name)
    {
        _listener.RecordObservableInstruments();
        return _values[name];
    }
}
