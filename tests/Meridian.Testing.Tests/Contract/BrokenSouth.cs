using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Tests.Contract;

/// <summary>A sound South of which a test breaks one call.</summary>
internal sealed class BrokenSouth
    : IQueriesLastPoint, IQueriesHistory, IQueriesFile, IQueriesNext, IQueriesSubscription, IWritesSetpoints
{
    public BrokenSouth(ISouth sound)
    {
        Start = sound.StartAsync;
        Connect = sound.ConnectAsync;
        Disconnect = sound.DisconnectAsync;
        Stop = sound.StopAsync;
        Test = sound.TestConnectionAsync;
        Subscribe = ((IQueriesSubscription)sound).SubscribeAsync;
        Unsubscribe = ((IQueriesSubscription)sound).UnsubscribeAsync;
        LastPoint = async (items, token) =>
            await ((IQueriesLastPoint)sound).QueryLastPointAsync(items, token);
        History = ((IQueriesHistory)sound).QueryHistoryAsync;
        Files = ((IQueriesFile)sound).QueryFileAsync;
        Next = ((IQueriesNext)sound).QueryNextAsync;
        Write = ((IWritesSetpoints)sound).WriteSetpointAsync;
    }

    public Func<CancellationToken, Task> Start { get; set; }

    public Func<CancellationToken, Task> Connect { get; set; }

    public Func<CancellationToken, Task> Disconnect { get; set; }

    public Func<CancellationToken, Task> Stop { get; set; }

    public Func<CancellationToken, Task<IReadOnlyList<Diagnostic>>> Test { get; set; }

    public Func<IReadOnlyList<Item>, CancellationToken, Task> Subscribe { get; set; }

    public Func<IReadOnlyList<Item>, CancellationToken, Task> Unsubscribe { get; set; }

    public Func<IReadOnlyList<Item>, CancellationToken, Task<ReadingsContent>> LastPoint { get; set; }

    public Func<IReadOnlyList<Item>, HistoryWindow, CancellationToken, IAsyncEnumerable<HistoryPage>> History
    {
        get;
        set;
    }

    public Func<Item, CancellationToken, IAsyncEnumerable<SourceFile>> Files { get; set; }

    public Func<Item, ReadOnlyMemory<byte>?, CancellationToken, IAsyncEnumerable<NextPage>> Next { get; set; }

    public Func<Item, ReadingValue, CancellationToken, Task<SetpointOutcome>> Write { get; set; }

    public Task StartAsync(CancellationToken cancellationToken) => Start(cancellationToken);

    public Task ConnectAsync(CancellationToken cancellationToken) => Connect(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => Disconnect(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Stop(cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        Test(cancellationToken);

    public Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        Subscribe(items, cancellationToken);

    public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        Unsubscribe(items, cancellationToken);

    public async ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) => await LastPoint(items, cancellationToken);

    public IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items, HistoryWindow window, CancellationToken cancellationToken) =>
        History(items, window, cancellationToken);

    public IAsyncEnumerable<SourceFile> QueryFileAsync(Item item, CancellationToken cancellationToken) =>
        Files(item, cancellationToken);

    public IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken) =>
        Next(item, position, cancellationToken);

    public Task<SetpointOutcome> WriteSetpointAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken) => Write(item, value, cancellationToken);
}
