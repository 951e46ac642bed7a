using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Supervision;
using Meridian.Journal.Cursors;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Replays;

/// <summary>What a North lends its replays.</summary>
internal sealed record ReplayNorth
{
    public required string Name { get; init; }

    public required NorthPumpSettings Settings { get; init; }

    /// <summary>Its cursor for the data that come in their turn, which a replay never moves.</summary>
    public required NorthCursor Live { get; init; }

    public required SendPace Pace { get; init; }

    /// <summary>Held while something is on its way to the destination.</summary>
    public required SemaphoreSlim Gate { get; init; }

    public required StallWatch Stall { get; init; }

    /// <summary>Whether a source's data are for it.</summary>
    public required Func<string, bool> IsRouted { get; init; }

    /// <summary>Its transforms, new, of a cursor's data and with a memory under this name; null for none.</summary>
    public required Func<JournalCursor, string, TransformStage?> MakeTransforms { get; init; }

    public required Func<Backoff> NewBackoff { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Waits until the data that wanted to go in their turn are gone: they come first.</summary>
    public Task WaitForLiveAsync(CancellationToken cancellationToken) =>
        Live.WaitUntilPassedAsync(Pace.Wanted, cancellationToken);
}
