using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Contract;

/// <summary>What an author writes for a South: here around the simulated one.</summary>
internal sealed class SimulatedSourcePeer(SimulatedSouth source) : ISouthPeer
{
    public object Settings { get; } = new SimulatedSouthSettings();

    public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
        [ItemOf("line1/a", capability), ItemOf("line1/b", capability)];

    public ValueTask YieldAsync(Item item, long value)
    {
        source.Say(((SimulatedItemSettings)item.Settings).Point, ReadingValue.From(value));
        return ValueTask.CompletedTask;
    }

    public ValueTask YieldFileAsync(Item item, string name, ReadOnlyMemory<byte> content)
    {
        source.Files.Write($"{((SimulatedItemSettings)item.Settings).Point}/{name}", content);
        return ValueTask.CompletedTask;
    }

    public ValueTask VanishAsync()
    {
        source.Vanish();
        return ValueTask.CompletedTask;
    }

    public ValueTask ReturnAsync()
    {
        source.Return();
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> CountConnectionsAsync() => ValueTask.FromResult(source.ConnectionCount);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Item ItemOf(string point, SouthCapabilities capability) =>
        new(point, new SimulatedItemSettings { Point = point, Capability = capability });
}

/// <summary>What an author writes for a North: here around the simulated one.</summary>
internal sealed class SimulatedDestinationPeer(SimulatedNorth destination) : INorthPeer
{
    // A fresh peer for each check: what an earlier one left there does not count.
    private readonly int _before = destination.Readings.Count;

    public object Settings { get; } = new SimulatedNorthSettings();

    public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() => ValueTask.FromResult<IReadOnlyList<long>?>(
        [.. destination.Readings.Skip(_before).Select(static reading => reading.Value.AsInt64())]);

    public ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name) =>
        ValueTask.FromResult(
            destination.Files.LastOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal))?.Content);

    public ValueTask VanishAsync()
    {
        destination.Vanish();
        return ValueTask.CompletedTask;
    }

    public ValueTask ReturnAsync()
    {
        destination.Return();
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> CountConnectionsAsync() => ValueTask.FromResult(destination.ConnectionCount);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
