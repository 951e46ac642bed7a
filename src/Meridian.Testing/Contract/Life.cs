using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Testing.Contexts;

namespace Meridian.Testing.Contract;

/// <summary>One instance of the connector with its context; every call is guarded. One caller at a time.</summary>
internal sealed class Life(
    IConnector connector, TestSouthContext? south, TestNorthContext? north, Guard guard, ContractOptions options)
{
    public IConnector Connector => connector;

    public Guard Guard => guard;

    /// <summary>Set for a South.</summary>
    public TestSouthContext South => south ?? throw new InvalidOperationException("This is a North.");

    /// <summary>Set for a North.</summary>
    public TestNorthContext North => north ?? throw new InvalidOperationException("This is a South.");

    public IReadOnlyList<ConnectorException> Losses => south?.Losses ?? north!.Losses; // one of the two is set

    public IReadOnlyList<ConnectorException> Retries => south?.Retries ?? north!.Retries; // one of the two is set

    public IReadOnlyList<string> Mistakes => south?.Mistakes ?? north!.Mistakes; // one of the two is set

    public int TimerCount => south?.TimerCount ?? north!.TimerCount; // one of the two is set

    public Task StartAsync() => MustReturnAsync(Clause.Start, connector.StartAsync);

    public Task ConnectAsync() => MustReturnAsync(Clause.Connect, connector.ConnectAsync);

    public Task DisconnectAsync() => MustReturnAsync(Clause.Disconnect, connector.DisconnectAsync);

    public Task StopAsync() => MustReturnAsync(Clause.Stop, connector.StopAsync);

    /// <summary>Runs a call that may end in any way that the contract allows.</summary>
    public Task<CallEnd> TryAsync(
        Clause clause, Func<CancellationToken, Task> call, CancellationToken cancellationToken = default) =>
        guard.RunAsync(clause, call, options.Deadline, cancellationToken);

    /// <summary>Runs a call that has no reason to fail.</summary>
    public async Task MustReturnAsync(Clause clause, Func<CancellationToken, Task> call)
    {
        var end = await TryAsync(clause, call).ConfigureAwait(false);
        if (!end.IsReturned)
        {
            throw new ContractViolationException(clause, "the call returns", end.ToString(), end.Fault);
        }
    }

    /// <summary>Disconnect and stop; then the instance is looked at.</summary>
    public async Task EndAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    /// <summary>The instance has stopped: it does nothing more, and its timers are gone.</summary>
    public async Task LeaveAsync()
    {
        var hasEnded = await Guard.UntilAsync(() => ValueTask.FromResult(TimerCount == 0), options.Deadline)
            .ConfigureAwait(false);
        if (south is not null)
        {
            await south.EndAsync().ConfigureAwait(false);
        }

        north?.End();
        if (!hasEnded)
        {
            throw new ContractViolationException(
                Clause.Stop, "no timer waits after stop", $"{TimerCount} timers of the context's clock wait");
        }

        ThrowIfMistaken();
    }

    /// <summary>Looks at what only the context saw.</summary>
    public void ThrowIfMistaken()
    {
        if (Mistakes is [var mistake, ..])
        {
            throw new ContractViolationException(ClauseOf(mistake), "nothing to blame", mistake);
        }

        foreach (var fault in Losses.Concat(Retries))
        {
            guard.Check(fault);
        }
    }

    /// <summary>Frees the context; the instance may be as it is.</summary>
    public async ValueTask DisposeContextAsync()
    {
        if (south is not null)
        {
            await south.DisposeAsync().ConfigureAwait(false);
        }

        north?.Dispose();
    }

    private static Clause ClauseOf(string mistake) =>
        mistake.StartsWith("After stop", StringComparison.Ordinal) ? Clause.Stop
        : mistake.Contains("lent", StringComparison.Ordinal) ? Clause.Intakes
        : mistake.Contains("threw", StringComparison.Ordinal) ? Clause.ReceiptThrows
        : Clause.Intake;
}
