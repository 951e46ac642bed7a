using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Meridian.Mqtt.Tests.Telemetry;

/// <summary>Listens to the meter, and keeps what one client says.</summary>
internal sealed class Instruments : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    public Instruments(string clientId)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Meridian.Mqtt")
            {
                All.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0].Value is string id && string.Equals(id, clientId, StringComparison.Ordinal))
            {
                _values[tags.Length > 1 ? $"{instrument.Name} {tags[1].Value}" : instrument.Name] = value;
            }
        }
    }

    public ConcurrentBag<Instrument> All { get; } = [];

    /// <summary>What it says now; null for nothing.</summary>
    public double? this[string name]
    {
        get
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
            return Last(name);
        }
    }

    /// <summary>What it said last, without asking.</summary>
    public double? Last(string name) => _values.TryGetValue($"meridian.mqtt.{name}", out var value) ? value : null;

    public void Dispose() => _listener.Dispose();
}
