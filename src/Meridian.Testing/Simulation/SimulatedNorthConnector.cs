using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Testing.Simulation;

/// <summary>The connector of a <see cref="SimulatedNorth"/>.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisconnectAsync disposes it.")]
internal sealed class SimulatedNorthConnector(SimulatedNorth destination, INorthContext context, bool keepsCursor)
    : IHandlesValues, IHandlesFile
{
    private readonly SimulatedCalls _calls = new(destination.Peer, destination.Script, context.Time);
    private CancellationTokenSource? _ending;
    private Task _watching = Task.CompletedTask;

    public SimulatedCalls Calls => _calls;

    public Task StartAsync(CancellationToken cancellationToken) =>
        _calls.RunAloneAsync(SimulatedCall.Start, cancellationToken);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await EndWatchingAsync().ConfigureAwait(false);
        await _calls.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _ending = new CancellationTokenSource();
        _watching = WatchAsync(_calls.Link!, _ending.Token); // connect has opened it
        context.ReportConnected();
    }

    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await PassGateAsync(cancellationToken).ConfigureAwait(false);
        return await _calls.RunAsync(
            SimulatedCall.HandleValues, () => destination.Store(batch, keepsCursor), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await PassGateAsync(cancellationToken).ConfigureAwait(false);
        var stream = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            return await _calls.RunAsync(
                SimulatedCall.HandleFile,
                () => destination.Store(new SimulatedFileCopy(file.Name, copy.ToArray()), position, keepsCursor),
                cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await EndWatchingAsync().ConfigureAwait(false);
        _calls.Close();
        await _calls.RunAloneAsync(SimulatedCall.Disconnect, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _calls.RunAloneAsync(SimulatedCall.Stop, cancellationToken);

    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        await _calls.TestAsync(cancellationToken).ConfigureAwait(false);
        return [new Diagnostic("Destination", "simulated")];
    }

    private async Task PassGateAsync(CancellationToken cancellationToken)
    {
        var passing = destination.Gate.WaitAsync(cancellationToken);
        if (_calls.Link is { } link && await Task.WhenAny(passing, link.Cut).ConfigureAwait(false) == link.Cut)
        {
            link.ThrowIfCut();
        }

        await passing.ConfigureAwait(false);
    }

    private async Task EndWatchingAsync()
    {
        if (_ending is { } ending)
        {
            _ending = null;
            await ending.CancelAsync().ConfigureAwait(false);
            await _watching.ConfigureAwait(false);
            ending.Dispose();
        }
    }

    private async Task WatchAsync(SimulatedLink link, CancellationToken cancellationToken)
    {
        await link.Cut.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            context.ReportLost(new ConnectorException(Fault.Unreachable, "The simulated destination is gone."));
        }
    }
}

/// <summary>The same with the position kept at the destination.</summary>
internal sealed class SimulatedCursorNorth(SimulatedNorth destination, SimulatedNorthConnector inner)
    : IHandlesValues, IHandlesFile, IKeepsOwnCursor
{
    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
        string northId, CancellationToken cancellationToken) =>
        inner.Calls.RunAsync(
            SimulatedCall.ReadPositions, () => destination.PositionsOf(northId), cancellationToken);

    public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken) =>
        inner.HandleValuesAsync(batch, cancellationToken);

    public ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken) =>
        inner.HandleFileAsync(file, position, cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        inner.TestConnectionAsync(cancellationToken);
}
