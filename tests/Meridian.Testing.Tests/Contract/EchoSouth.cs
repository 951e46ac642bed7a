using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Tests.Contract;

/// <summary>
/// Asks an echo before each answer; but its subscription notices no silence, and what is pushed goes nowhere.
/// </summary>
internal sealed class EchoSouth(ISouthContext context, int port, EchoBehaviour behaviour)
    : IQueriesLastPoint, IQueriesSubscription, IWritesSetpoints, ITakesIntake
{
    private const byte Question = 254;

    private readonly EchoNorth _echo = new(port, behaviour);
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);

    public Task StartAsync(CancellationToken cancellationToken) => _echo.StartAsync(cancellationToken);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        EchoSource.ByPort[port].Yielded += Offer;
        await _echo.ConnectAsync(cancellationToken);
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        EchoSource.ByPort[port].Yielded -= Offer;
        _subscribed.Clear();
        return _echo.DisconnectAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _echo.StopAsync(cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        _echo.TestConnectionAsync(cancellationToken);

    public async ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        await _echo.AskAsync([Question], cancellationToken);
        return new ReadingsContent(items.Select(
            item => ReadingOf(item, EchoSource.ByPort[port].Values.GetValueOrDefault(item.Name))).ToArray());
    }

    public Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        _subscribed.UnionWith(items.Select(static item => item.Name));
        return Task.CompletedTask;
    }

    public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        _subscribed.ExceptWith(items.Select(static item => item.Name));
        return Task.CompletedTask;
    }

    public async Task<SetpointOutcome> WriteSetpointAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken)
    {
        if (!behaviour.IsHopeful)
        {
            await _echo.AskAsync([Question], cancellationToken);
        }

        return SetpointOutcome.Written;
    }

    public ValueTask<IntakeOutcome> TakeAsync(Content content, CancellationToken cancellationToken) =>
        ValueTask.FromResult(IntakeOutcome.Stored);

    private static Reading ReadingOf(Item item, long value) =>
        new(item.Name, DateTimeOffset.UnixEpoch.AddSeconds(value), ReadingValue.From(value));

    private void Offer(Item item, long value)
    {
        if (_subscribed.Contains(item.Name))
        {
            var content = new ReadingsContent(new[] { ReadingOf(item, value) });
            _ = context.Intakes.OfferAsync(new Intake(content), CancellationToken.None).AsTask();
        }
    }
}
