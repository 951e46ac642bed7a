using System.Collections.Concurrent;
using System.Globalization;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Benchmarks.Engine;

/// <summary>A source that notes when it hears of one item among many; it gives nothing.</summary>
internal sealed class ChangingSouth
{
    /// <summary>The item that comes, changes and goes.</summary>
    public const string Changed = "changed";

    private readonly SouthManifest _manifest;

    public ChangingSouth() => _manifest = new SouthManifest
    {
        Id = "changing",
        Name = "Changing",
        Description = "Notes what it is asked.",
        Category = ConnectorCategory.Tool,
        ConnectorType = typeof(Connector),
        SettingsType = typeof(object),
        ItemSettingsType = typeof(ItemSettings),
        MaxParallelQueries = 2,
        Create = (context, _) => new Connector(this, context.Time),
    };

    /// <summary>Each time it was told to subscribe to or unsubscribe from the item, or asked for it.</summary>
    public ConcurrentQueue<(char What, string Address, long At)> Heard { get; } = [];

    /// <summary>A snapshot as a reader makes it: nothing in it is the same instance as in the one before.</summary>
    /// <param name="count">How many items besides.</param>
    /// <param name="schedule">When they are asked for.</param>
    /// <param name="address">The address of the item that changes; null to leave it out.</param>
    /// <param name="schedules">When that one is.</param>
    public SouthConfig Snapshot(int count, Schedule schedule, string? address, Schedule schedules) => new()
    {
        Name = "plant",
        Settings = string.Empty,
        Manifest = _manifest,
        Items =
        [
            .. Enumerable.Range(0, count).Select(item => Make(
                string.Create(CultureInfo.InvariantCulture, $"line-{item / 100}/signal-{item % 100}"),
                string.Create(CultureInfo.InvariantCulture, $"{40_000 + item}"),
                schedule)),
            .. address is null ? (ItemConfig[])[] : [Make(Changed, address, schedules)],
        ],
    };

    private static ItemConfig Make(string name, string address, Schedule schedule) => new()
    {
        Item = new Item(name, new ItemSettings { Address = address }),
        Schedule = schedule,
        Capability = schedule is SubscriptionSchedule ? SouthCapabilities.Subscription : SouthCapabilities.LastPoint,
    };

    private void Note(char what, IReadOnlyList<Item> items, TimeProvider time)
    {
        foreach (var item in items)
        {
            if (item.Name is Changed)
            {
                Heard.Enqueue((what, ((ItemSettings)item.Settings).Address, time.GetTimestamp()));
            }
        }
    }

    private sealed record ItemSettings
    {
        public required string Address { get; init; }
    }

    private sealed class Connector(ChangingSouth source, TimeProvider time) : IQueriesSubscription, IQueriesLastPoint
    {
        public Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            source.Note('+', items, time);
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            source.Note('-', items, time);
            return Task.CompletedTask;
        }

        public ValueTask<ReadingsContent> QueryLastPointAsync(
            IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            source.Note('?', items, time);
            return ValueTask.FromResult(new ReadingsContent(default));
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}
