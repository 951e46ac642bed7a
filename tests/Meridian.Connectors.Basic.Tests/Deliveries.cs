using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Basic.Tests;

/// <summary>Gives a North readings of a point <c>p</c> whose values are their numbers.</summary>
internal sealed class Deliveries : IDisposable
{
    private int _count;

    public Deliveries() => Context = new TestNorthContext(new TestContextOptions { Time = Clock });

    public ManualTimeProvider Clock { get; } = new();

    public TestNorthContext Context { get; }

    /// <summary>Delivers the readings up to a number.</summary>
    public async Task DeliverUpToAsync(IHandlesValues north, int end)
    {
        var readings = Enumerable.Range(_count, end - _count)
            .Select(number => new Reading(
                "p", DateTimeOffset.UnixEpoch.AddSeconds(number), ReadingValue.From((long)number)))
            .ToArray();
        var positions = Enumerable.Range(_count, readings.Length).Select(number => (long)number).ToArray();
        var batch = new ValuesBatch(default, readings, positions, new DeliveryPosition(default, "north", default));

        var outcome = await north.HandleValuesAsync(batch, CancellationToken.None);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        Context.Note(outcome);
        _count = end;
    }

    public void Dispose() => Context.Dispose();
}
