using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Replays;

/// <summary>What a destination got, of live data and of replays apart, in the order it came.</summary>
internal sealed class ReplayPeer
{
    private readonly Lock _lock = new();
    private readonly List<(string? Replay, long Position, string Text)> _got = [];

    public ReplayPeer(NorthPeer? north = null)
    {
        North = north ?? new NorthPeer();
        North.Answer(Take);
    }

    public NorthPeer North { get; }

    /// <summary>The positions that came in their turn.</summary>
    public IReadOnlyList<long> Live => Of(null);

    /// <summary>The positions that a replay brought.</summary>
    public IReadOnlyList<long> Of(string? replay) =>
        [.. All.Where(one => IsOf(one.Replay, replay)).Select(static one => one.Position)];

    public IReadOnlyList<(string? Replay, long Position, string Text)> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _got];
            }
        }
    }

    public DeliveryOutcome Take(ValuesBatch batch) => Take(batch, batch.Readings.Length);

    public DeliveryOutcome Take(ValuesBatch batch, int count)
    {
        lock (_lock)
        {
            for (var i = 0; i < count; i++)
            {
                var reading = batch.Readings.Span[i];
                _got.Add((batch.ReplayId, batch.Positions.Span[i], $"{reading.Point}={reading.Value}"));
            }
        }

        return DeliveryOutcome.Delivered;
    }

    private static bool IsOf(string? one, string? replay) => string.Equals(one, replay, StringComparison.Ordinal);
}
