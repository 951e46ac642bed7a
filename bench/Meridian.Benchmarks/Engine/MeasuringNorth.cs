using Meridian.Benchmarks.Instruments;
using Meridian.Configuration;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Benchmarks.Engine;

/// <summary>Keeps nothing, as the null North; counts, and takes the time since the timestamps.</summary>
internal sealed class MeasuringNorth
{
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latencies = new();
    private long _count;

    public MeasuringNorth() =>
        Config = new NorthConfig
        {
            Name = "null",
            Settings = string.Empty,
            Manifest = new NorthManifest
            {
                Id = "measuring",
                Name = "Measuring",
                Description = "Keeps nothing.",
                Category = ConnectorCategory.Tool,
                ConnectorType = typeof(Connector),
                SettingsType = typeof(object),
                Guarantee = DeliveryGuarantee.None,
                Create = (context, _) => new Connector(this, context.Time),
            },
        };

    public NorthConfig Config { get; }

    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _latencies.Clear();
            _count = 0;
        }
    }

    /// <summary>The time below which this part of all was delivered, in milliseconds.</summary>
    public double Percentile(double part)
    {
        lock (_lock)
        {
            return _latencies.Percentile(part);
        }
    }

    private void Take(ValuesBatch batch, DateTimeOffset now)
    {
        lock (_lock)
        {
            _count += batch.Readings.Length;
            var last = default(DateTimeOffset);
            foreach (ref readonly var reading in batch.Readings.Span)
            {
                // Those of one batch of the source have one timestamp, and there are equally many of each.
                if (reading.Timestamp != last)
                {
                    last = reading.Timestamp;
                    _latencies.Add((now - last).TotalMilliseconds);
                }
            }
        }
    }

    private sealed class Connector(MeasuringNorth north, TimeProvider time) : IHandlesValues
    {
        public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
        {
            north.Take(batch, time.GetUtcNow());
            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}
