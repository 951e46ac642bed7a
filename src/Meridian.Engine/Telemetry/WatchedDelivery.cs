using Meridian.Engine.Supervision;
using Meridian.Sdk.North;

namespace Meridian.Engine.Telemetry;

/// <summary>A delivery from its beginning to its outcome, or until nobody waits for one: watched, timed and traced.
/// </summary>
internal sealed class WatchedDelivery(StallWatch stall, NorthTelemetry telemetry, int count, bool isFile) : IDisposable
{
    private readonly StallWatch.Delivery _watched = stall.Begin();
    private readonly NorthTelemetry.Delivery _timed = telemetry.Begin(count, isFile);
    private DeliveryOutcome? _outcome;

    /// <summary>Its outcome came.</summary>
    public void Take(DeliveryOutcome outcome)
    {
        _outcome = outcome;
        stall.TakeOutcome();
    }

    public void Dispose()
    {
        _timed.End(_outcome);
        _watched.Dispose();
    }
}
