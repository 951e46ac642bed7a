using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Meridian.Engine.Tests.Telemetry;

/// <summary>Listens to the engine's meter, and keeps what some connectors say.</summary>
internal sealed class Instruments : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Listens.</summary>
    /// <param name="prefix">What the names of the connectors begin with: other tests run beside.</param>
    public Instruments(string prefix)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Meridian.Engine")
            {
                All[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length > 0 && tags[0].Value is string name && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                var key = string.Join(' ', tags.ToArray().Select(static tag => tag.Value).Prepend(instrument.Name));
                _last[key] = value;
                _ = _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
            }
        }
    }

    public ConcurrentDictionary<string, Instrument> All { get; } = new(StringComparer.Ordinal);

    /// <summary>What it says now: the instrument without its prefix, and the values of its tags; null for nothing.
    /// </summary>
    public double? this[string key]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _last.TryGetValue("meridian.engine." + key, out var value) ? value : null;
        }
    }

    /// <summary>How many measurements there were.</summary>
    public int Count(string key) => _counts.GetValueOrDefault("meridian.engine." + key);

    public void Dispose() => _listener.Dispose();
}
