using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Sdk.North;

namespace Meridian.Engine.Telemetry;

/// <summary>Times one North's deliveries while somebody listens. Used by the North's pump.</summary>
/// <param name="engine">The instruments.</param>
/// <param name="name">The North.</param>
/// <param name="time">The clock.</param>
internal sealed class NorthTelemetry(EngineTelemetry engine, string name, TimeProvider time)
{
    private readonly KeyValuePair<string, object?> _tag = new("north", name);
    private readonly long _since = time.GetTimestamp();

    /// <summary>When the records that were read and not passed came to the disk.</summary>
    public RecordTimes Times { get; } = new();

    /// <summary>A delivery begins.</summary>
    /// <param name="count">How many data it holds.</param>
    /// <param name="isFile">Whether that is one file.</param>
    public Delivery Begin(int count, bool isFile)
    {
        var span = EngineTelemetry.Spans.StartActivity("deliver " + name, ActivityKind.Producer);
        if (span is not null)
        {
            _ = span.SetTag("north", name)
                .SetTag("meridian.content", isFile ? "file" : "readings")
                .SetTag("meridian.data", count);
        }

        return new Delivery(this, span, engine.DeliveryDuration.Enabled ? time.GetTimestamp() : null);
    }

    /// <summary>The cursor moves over data with their destination's word for it.</summary>
    /// <param name="position">The first datum that is not passed.</param>
    public void Pass(long position)
    {
        var now = engine.DeliveryLatency.Enabled ? time.GetUtcNow() : default;
        while (Times.TryPass(position, out var stored))
        {
            if (engine.DeliveryLatency.Enabled)
            {
                // The wall clock may have been set back since.
                engine.DeliveryLatency.Record(Math.Max(0, (now - stored).TotalSeconds), _tag);
            }
        }
    }

    /// <summary>How far the North is behind.</summary>
    /// <param name="waiting">Data that it has not passed.</param>
    /// <param name="retained">Data that the journal still has.</param>
    /// <param name="bytes">The journal's bytes.</param>
    public NorthLag LagOf(long waiting, long retained, long bytes)
    {
        if (waiting == 0 || retained == 0)
        {
            return default;
        }

        var age = Times.Oldest is { } oldest ? time.GetUtcNow() - oldest : time.GetElapsedTime(_since);
        return new NorthLag(
            (long)(bytes * Math.Min(1, (double)waiting / retained)), age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    private void End(Activity? span, long? begun, DeliveryOutcome? outcome)
    {
        var word = outcome?.Kind switch
        {
            DeliveryOutcomeKind.Delivered => "delivered",
            DeliveryOutcomeKind.Retry => "retry",
            DeliveryOutcomeKind.Rejected => "rejected",
            _ => "failed",
        };
        if (begun is { } since)
        {
            engine.DeliveryDuration.Record(time.GetElapsedTime(since).TotalSeconds, _tag, new("outcome", word));
        }

        if (span is not null)
        {
            _ = span.SetTag("meridian.outcome", word);
            if (outcome?.Kind is not DeliveryOutcomeKind.Delivered)
            {
                _ = span.SetStatus(ActivityStatusCode.Error, outcome?.Reason);
            }

            span.Dispose();
        }
    }

    /// <summary>A delivery that is under way.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly struct Delivery(NorthTelemetry north, Activity? span, long? begun)
    {
        /// <summary>It has an outcome; null when it threw.</summary>
        public void End(DeliveryOutcome? outcome) => north.End(span, begun, outcome);
    }
}
