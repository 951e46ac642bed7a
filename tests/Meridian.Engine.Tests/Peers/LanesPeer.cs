using Meridian.Configuration;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Peers;

/// <summary>
/// A destination that takes batches of different Souths at once. A point is its South's name, a value its number there;
/// whoever sends two batches of one South at once, or mixes Souths, is caught.
/// </summary>
internal sealed class LanesPeer : NorthPeer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<long>> _had = new(StringComparer.Ordinal);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);

    public LanesPeer() => OnHandle = HandleAsync;

    /// <summary>What a delivery of a South's numbers comes to; what it says is delivered is stored.</summary>
    public Func<string, long[], CancellationToken, Task<DeliveryOutcome>> OnNumbers { get; set; } =
        static (_, _, _) => Task.FromResult(DeliveryOutcome.Delivered);

    /// <summary>The most batches that were under way at one moment.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>What was wrong with what came; null for nothing.</summary>
    public string? Wrong { get; private set; }

    /// <summary>What is stored of a South, in the order in which it came.</summary>
    public IReadOnlyList<long> Of(string south)
    {
        lock (_lock)
        {
            return _had.TryGetValue(south, out var numbers) ? [.. numbers] : [];
        }
    }

    public NorthConfig Config(string name, BatchConfig batch)
    {
        var config = Config(name);
        return config with { Batch = batch, Manifest = config.Manifest with { MaxParallelSends = 32 } };
    }

    private async ValueTask<DeliveryOutcome> HandleAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        var south = batch.Readings.Span[0].Point;
        var numbers = batch.Readings.ToArray().Select(static one => one.Value.AsInt64()).ToArray();
        lock (_lock)
        {
            var isAlone = _underWay.Add(south);
            MostAtOnce = Math.Max(MostAtOnce, _underWay.Count);
            Wrong ??= isAlone ? null : $"Two batches of {south} at once.";
            Wrong ??= batch.Readings.ToArray().All(one => string.Equals(one.Point, south, StringComparison.Ordinal))
                ? null
                : $"A batch of {south} holds others.";
        }

        try
        {
            var outcome = await OnNumbers(south, numbers, cancellationToken);
            Store(south, numbers, outcome);
            return outcome;
        }
        finally
        {
            lock (_lock)
            {
                _ = _underWay.Remove(south);
            }
        }
    }

    public void Store(string south, long[] numbers, DeliveryOutcome outcome)
    {
        var refused = outcome.Rejections?.Select(static one => one.Index).ToHashSet() ?? [];
        var count = outcome.Kind switch
        {
            DeliveryOutcomeKind.Delivered => numbers.Length,
            DeliveryOutcomeKind.Retry => outcome.DeliveredCount,
            _ => 0,
        };
        lock (_lock)
        {
            if (!_had.TryGetValue(south, out var had))
            {
                _had.Add(south, had = []);
            }

            had.AddRange(numbers.Take(count).Where((_, index) => !refused.Contains(index)));
        }
    }
}
