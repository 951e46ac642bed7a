using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Engine.Souths.Files;
using Meridian.Engine.Souths.Nexts;
using Meridian.Engine.Souths.Queries;
using Meridian.Sdk.Intakes;

namespace Meridian.Engine.Telemetry;

/// <summary>Times what one South brings while somebody listens.</summary>
/// <param name="engine">The instruments.</param>
/// <param name="name">The South.</param>
/// <param name="time">The clock.</param>
internal sealed class SouthTelemetry(EngineTelemetry engine, string name, TimeProvider time)
{
    private readonly KeyValuePair<string, object?> _tag = new("south", name);

    /// <summary>Intakes are on disk; what is lent is still there.</summary>
    public void Stored(IReadOnlyList<Intake> intakes)
    {
        if (!engine.StoreLatency.Enabled)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var intake in intakes)
        {
            if (intake.Content is ReadingsContent content && !IsOfThePast(intake))
            {
                foreach (ref readonly var reading in content.Readings.Span)
                {
                    // A source's clock may be ahead of ours.
                    engine.StoreLatency.Record(Math.Max(0, (now - reading.Timestamp).TotalSeconds), _tag);
                }
            }
        }
    }

    /// <summary>A question to the source begins.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="items">How many items.</param>
    public Query Begin(UnitKey key, int items)
    {
        var span = EngineTelemetry.Spans.StartActivity("query " + name, ActivityKind.Client);
        if (span is not null)
        {
            _ = span.SetTag("south", name)
                .SetTag("group", key.Group)
                .SetTag("meridian.schedule", key.Schedule.Name)
                .SetTag("meridian.capability", key.Capability.ToString())
                .SetTag("meridian.items", items);
        }

        return new Query(this, span, engine.QueryDuration.Enabled ? time.GetTimestamp() : null);
    }

    private static bool IsOfThePast(Intake intake)
    {
        foreach (var checkpoint in intake.Checkpoints)
        {
            if (checkpoint.Key.StartsWith("history", StringComparison.Ordinal)
                || checkpoint.Key.StartsWith(NextPosition.KeyPrefix, StringComparison.Ordinal)
                || checkpoint.Key.StartsWith(TakenFile.KeyPrefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private void End(Activity? span, long? begun, Exception? fault)
    {
        if (begun is { } since)
        {
            engine.QueryDuration.Record(
                time.GetElapsedTime(since).TotalSeconds, _tag, new("outcome", fault is null ? "answered" : "failed"));
        }

        if (span is not null)
        {
            if (fault is not null)
            {
                _ = span.SetStatus(ActivityStatusCode.Error, fault.Message)
                    .SetTag("error.type", fault.GetType().FullName);
            }

            span.Dispose();
        }
    }

    /// <summary>A question that is under way.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly struct Query(SouthTelemetry south, Activity? span, long? begun)
    {
        /// <summary>It is over.</summary>
        /// <param name="fault">Why it failed; null when it did not.</param>
        public void End(Exception? fault) => south.End(span, begun, fault);
    }
}
