using System.Runtime.CompilerServices;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Faults;

/// <summary>A simulated connector whose subscriptions, offers and receipts are written down for its source.</summary>
internal sealed class WatchedSouth(ISouth inner, FaultSource source, Life life)
    : IQueriesLastPoint, IQueriesHistory, IQueriesFile, IQueriesNext, IQueriesSubscription
{
    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        inner.TestConnectionAsync(cancellationToken);

    public async Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        await ((IQueriesSubscription)inner).SubscribeAsync(items, cancellationToken);
        source.Note(items);
    }

    public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        ((IQueriesSubscription)inner).UnsubscribeAsync(items, cancellationToken);

    public ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        ((IQueriesLastPoint)inner).QueryLastPointAsync(items, cancellationToken);

    public IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items, HistoryWindow window, CancellationToken cancellationToken) =>
        ((IQueriesHistory)inner).QueryHistoryAsync(items, window, cancellationToken);

    public IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken) =>
        ((IQueriesNext)inner).QueryNextAsync(item, position, cancellationToken);

    public async IAsyncEnumerable<SourceFile> QueryFileAsync(
        Item item, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var file in ((IQueriesFile)inner).QueryFileAsync(item, cancellationToken))
        {
            yield return file with
            {
                OpenRead = stop =>
                {
                    life.ThrowIfOver();
                    return file.OpenRead(stop);
                },
                Delete = stop =>
                {
                    life.ThrowIfOver();
                    return file.Delete!(stop); // the simulated source can
                },
                MoveTo = (folder, stop) =>
                {
                    life.ThrowIfOver();
                    return file.MoveTo!(folder, stop); // it can that, too
                },
            };
        }
    }
}

/// <summary>What the engine lends a watched South, with the offers written down.</summary>
internal sealed class WatchedContext(ISouthContext inner, FaultSource source, Life life) : ISouthContext, IIntakeSink
{
    public string Name => inner.Name;

    public bool IsTest => inner.IsTest;

    public string Folder => inner.Folder;

    public ILoggerFactory Loggers => inner.Loggers;

    public TimeProvider Time => inner.Time;

    public Random Random => inner.Random;

    public IIntakeSink Intakes => this;

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        var content = (ReadingsContent)intake.Content; // all that it offers by itself
        long[] numbers = [.. content.Readings.ToArray().Select(static one => one.Value.AsInt64())];
        source.NoteOffer(numbers);
        return inner.Intakes.OfferAsync(
            intake with { Receipt = new Receipt(intake.Receipt, source, numbers, life) }, cancellationToken);
    }

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => inner.FindCheckpoint(key);

    public void CountRepeated(long count) => inner.CountRepeated(count);

    public void CountUndecoded(string item, string reason) => inner.CountUndecoded(item, reason);

    public void CountLetGo(long count, string reason) => inner.CountLetGo(count, reason);

    public void ReportItem(string item, string? problem) => inner.ReportItem(item, problem);

    public void ReportConnected() => inner.ReportConnected();

    public void ReportRetrying(ConnectorException fault) => inner.ReportRetrying(fault);

    public void ReportLost(ConnectorException fault) => inner.ReportLost(fault);

    private sealed class Receipt(IReceipt? inner, FaultSource source, long[] numbers, Life life) : IReceipt
    {
        public void Stored() => life.TryReach(() =>
        {
            inner?.Stored();
            source.NoteReceipt(numbers);
        });
    }
}
