using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Simulation;

/// <summary>The connector of a <see cref="SimulatedSouth"/>.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisconnectAsync disposes it.")]
internal sealed class SimulatedSouthConnector(
    SimulatedSouth source, ISouthContext context, SimulatedSouthSettings settings)
    : IQueriesLastPoint, IQueriesHistory, IQueriesFile, IQueriesNext, IQueriesSubscription, IWritesSetpoints
{
    private readonly SimulatedCalls _calls = new(source.Peer, source.Script, context.Time);
    private SimulatedFeeder? _feeder;
    private CancellationTokenSource? _ending;
    private Task _feeding = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) =>
        _calls.RunAloneAsync(SimulatedCall.Start, cancellationToken);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await EndFeedingAsync().ConfigureAwait(false);
        await _calls.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _ending = new CancellationTokenSource();
        _feeder = new SimulatedFeeder(source, context);
        _feeding = FeedAsync(_feeder, _calls.Link!, _ending.Token); // connect has opened it
        context.ReportConnected();
    }

    public async Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        await _calls.RunAsync(SimulatedCall.Subscribe, () => _feeder?.Add(items), cancellationToken)
            .ConfigureAwait(false);

    public async Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        await _calls.RunAsync(SimulatedCall.Unsubscribe, () => _feeder?.Remove(items), cancellationToken)
            .ConfigureAwait(false);

    public ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        _calls.RunAsync(
            SimulatedCall.QueryLastPoint,
            () => new ReadingsContent(items.Select(item => source.LatestOf(PointOf(item))).ToArray()),
            cancellationToken);

    public async IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items, HistoryWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            var rest = window;
            while (rest.Start < window.End)
            {
                var part = rest;
                var page = await _calls.RunAsync(
                    SimulatedCall.QueryHistory,
                    () => source.Archive.Look(
                        item, PointOf(item), part, source.Time.GetUtcNow(), settings.PageReadings),
                    cancellationToken).ConfigureAwait(false);
                yield return page;
                rest = window with { Start = page.Covered.End };
            }
        }
    }

    public async IAsyncEnumerable<SourceFile> QueryFileAsync(
        Item item, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = await _calls.RunAsync(
            SimulatedCall.QueryFile, () => source.Files.ListOf(PointOf(item)).ToArray(), cancellationToken)
            .ConfigureAwait(false);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }
    }

    /// <summary>What was said after the first so many samples: the position is their number.</summary>
    public async IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item, ReadOnlyMemory<byte>? position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var behind = position is { } known ? BinaryPrimitives.ReadInt64LittleEndian(known.Span) : 0;
        while (true)
        {
            var readings = await _calls.RunAsync(
                SimulatedCall.QueryNext,
                () => source.Archive.LookBehind(
                    PointOf(item), behind, source.Time.GetUtcNow(), settings.PageReadings),
                cancellationToken).ConfigureAwait(false);
            if (readings.Count == 0)
            {
                yield break;
            }

            behind += readings.Count;
            var next = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(next, behind);
            yield return new NextPage(new ReadingsContent(readings.ToArray()), next);
        }
    }

    public async Task<SetpointOutcome> WriteSetpointAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken) =>
        await _calls.RunAsync(
            SimulatedCall.WriteSetpoint,
            () =>
            {
                source.Set(PointOf(item), value);
                return SetpointOutcome.Written;
            },
            cancellationToken).ConfigureAwait(false);

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await EndFeedingAsync().ConfigureAwait(false);
        _calls.Close();
        await _calls.RunAloneAsync(SimulatedCall.Disconnect, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _calls.RunAloneAsync(SimulatedCall.Stop, cancellationToken);

    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        await _calls.TestAsync(cancellationToken).ConfigureAwait(false);
        return [new Diagnostic("Source", "simulated")];
    }

    private static string PointOf(Item item) => ((SimulatedItemSettings)item.Settings).Point;

    private async Task EndFeedingAsync()
    {
        if (_ending is { } ending)
        {
            _ending = null;
            await ending.CancelAsync().ConfigureAwait(false);
            await _feeding.ConfigureAwait(false);
            ending.Dispose();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge of a loop: the engine hears of everything.")]
    private async Task FeedAsync(SimulatedFeeder feeder, SimulatedLink link, CancellationToken cancellationToken)
    {
        try
        {
            await feeder.RunAsync(link, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disconnect ends the loop this way.
        }
        catch (ConnectorException lost)
        {
            context.ReportLost(lost);
        }
        catch (Exception mistake)
        {
            context.ReportLost(new ConnectorException(Fault.Internal, mistake.Message, mistake));
        }
    }
}
