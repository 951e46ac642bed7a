using System.Diagnostics.CodeAnalysis;
using Meridian.Benchmarks.Journal;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Benchmarks.Engine;

/// <summary>
/// A source whose items speak in turn, so many readings a second in batches of 1,000, or as many as are taken: what a
/// plant gives in five seconds, again and again. A reading's timestamp is when it was given.
/// </summary>
internal sealed class PacedSouth
{
    private const int BatchReadings = 1_000;

    private const int MixSeconds = 5;

    private readonly Reading[] _mix;
    private readonly int _perSecond;

    /// <param name="name">Its name.</param>
    /// <param name="items">How many items it has.</param>
    /// <param name="perSecond">How many readings a second; 0 for as many as are taken.</param>
    public PacedSouth(string name, int items, int perSecond)
    {
        _perSecond = perSecond;
        _mix = new PlantMix(items, seed: 1).Next(MixSeconds);
        Config = new SouthConfig
        {
            Name = name,
            Settings = string.Empty,
            Manifest = new SouthManifest
            {
                Id = "paced",
                Name = "Paced",
                Description = "Gives readings at a rate.",
                Category = ConnectorCategory.Tool,
                ConnectorType = typeof(Connector),
                SettingsType = typeof(object),
                ItemSettingsType = typeof(object),
                Create = (context, _) => new Connector(this, context),
            },
            Items =
            [
                .. _mix.Take(items).Select(static reading => new ItemConfig
                {
                    Item = new Item(reading.Point, string.Empty),
                    Schedule = SubscriptionSchedule.Instance,
                    Capability = SouthCapabilities.Subscription,
                }),
            ],
        };
    }

    public SouthConfig Config { get; }

    private async Task GiveAsync(ISouthContext context, CancellationToken stop)
    {
        var started = context.Time.GetTimestamp();
        var given = 0L;
        while (true)
        {
            if (_perSecond > 0)
            {
                var due = context.Time.GetElapsedTime(started).TotalSeconds * _perSecond;
                if (given + BatchReadings > due)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), context.Time, stop);
                    continue;
                }
            }

            var now = context.Time.GetUtcNow();
            var readings = new Reading[BatchReadings];
            for (var i = 0; i < readings.Length; i++)
            {
                readings[i] = _mix[(given + i) % _mix.Length] with { Timestamp = now };
            }

            given += readings.Length;
            await context.Intakes.OfferAsync(new Intake(new ReadingsContent(readings)), stop);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1001:Types that own disposable fields should be disposable",
        Justification = "DisconnectAsync disposes it.")]
    private sealed class Connector(PacedSouth source, ISouthContext context) : IQueriesSubscription
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _giving = Task.CompletedTask;

        public Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            _giving = source.GiveAsync(context, _stop.Token);
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public async Task DisconnectAsync(CancellationToken cancellationToken)
        {
            await _stop.CancelAsync();
            await _giving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}
