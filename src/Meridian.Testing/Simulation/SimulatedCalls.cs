using Meridian.Sdk.Faults;

namespace Meridian.Testing.Simulation;

/// <summary>
/// The calls of one simulated connector: each meets its script, and ends when the peer is gone. Calls come one at a
/// time but for queries.
/// </summary>
internal sealed class SimulatedCalls(SimulatedPeer peer, SimulatedScript script, TimeProvider time)
{
    private volatile SimulatedLink? _link;

    /// <summary>The connection; null while there is none.</summary>
    public SimulatedLink? Link => _link;

    /// <summary>A call that needs no connection.</summary>
    public async Task RunAloneAsync(SimulatedCall call, CancellationToken cancellationToken)
    {
        if (await script.EnterAsync(call, time, cancellationToken).ConfigureAwait(false) is { } thrown)
        {
            throw thrown;
        }
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var lost = await script.EnterAsync(SimulatedCall.Connect, time, cancellationToken).ConfigureAwait(false);
        _link?.Close();
        _link = peer.Open();
        if (lost is not null)
        {
            throw lost;
        }
    }

    public void Close()
    {
        _link?.Close();
        _link = null;
    }

    /// <summary>Looks whether the peer is there, with a connection of its own.</summary>
    public async Task TestAsync(CancellationToken cancellationToken)
    {
        await RunAloneAsync(SimulatedCall.TestConnection, cancellationToken).ConfigureAwait(false);
        peer.Open().Close();
    }

    /// <summary>A call over the connection.</summary>
    public async ValueTask<T> RunAsync<T>(SimulatedCall call, Func<T> act, CancellationToken cancellationToken)
    {
        var link = _link ?? throw new ConnectorException(
            Fault.Unreachable, $"{call} was called without a connection; connect comes first.");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var entering = script.EnterAsync(call, time, ending.Token).AsTask();
        if (await Task.WhenAny(entering, link.Cut).ConfigureAwait(false) == link.Cut)
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)entering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        link.ThrowIfCut();
        var lost = await entering.ConfigureAwait(false);
        var result = act();
        return lost is null ? result : throw lost;
    }
}
