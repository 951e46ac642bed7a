using Meridian.Engine.Norths;
using Meridian.Engine.Supervision;

namespace Meridian.Engine.Backfills;

/// <summary>One backfill that is kept, and its job while it runs. Changed by one caller at a time.</summary>
internal sealed class BackfillEntry(KeptBackfill kept, CheckpointBytes bytes) : IDisposable
{
    private volatile KeptBackfill _kept = kept;
    private volatile BackfillJob? _job;
    private volatile string? _problem;
    private RunningConnector? _running;
    private Task _ended = Task.CompletedTask;
    private double _fraction;

    /// <summary>What is kept of it.</summary>
    public KeptBackfill Kept => _kept;

    /// <summary>The North that it runs for; null when it does not run.</summary>
    public NorthRuntime? North { get; private set; }

    /// <summary>How it fares.</summary>
    public BackfillStatus Status => _job is { } job
        ? new BackfillStatus(
            _kept.Order,
            job.Board.Status.State == ConnectorState.Failed ? BackfillState.Failed : _kept.State,
            job.Board.Status.Reason,
            job.Progress.Fraction,
            job.Brought,
            job.Remaining)
        : new BackfillStatus(
            _kept.Order,
            _problem is null ? _kept.State : BackfillState.Failed,
            _problem,
            _kept.State == BackfillState.Complete ? 1 : _fraction,
            Brought: 0,
            Remaining: null);

    /// <summary>Keeps it, durably, in another state.</summary>
    public Task StoreAsync(BackfillState state, CancellationToken cancellationToken)
    {
        _kept = _kept with { State = state };
        return bytes.StoreAsync(_kept.ToBytes(), cancellationToken);
    }

    /// <summary>Is kept no more.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => bytes.ForgetAsync(cancellationToken);

    /// <summary>It does not run.</summary>
    /// <param name="problem">Why it cannot, in words; null when it shall not.</param>
    /// <param name="fraction">How far it is.</param>
    public void Rest(string? problem, double fraction) => (_problem, _fraction) = (problem, fraction);

    /// <summary>Runs a job.</summary>
    public void Begin(BackfillJob job, NorthRuntime north)
    {
        (_problem, North, _job) = (null, north, job);
        _running = new RunningConnector(job.Board);
        _running.Start(job.RunAsync);
        _ended = NoteEndAsync(job, _running.Task);
    }

    /// <summary>Stops the job, if there is one.</summary>
    public async Task EndAsync(TimeSpan within, TimeProvider time)
    {
        if (_running is not { } running || _job is not { } job)
        {
            return;
        }

        await running.StopAsync().ConfigureAwait(false);
        await _ended.WaitAsync(within, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await running.AbandonAsync().ConfigureAwait(false);
        await _ended.ConfigureAwait(false);
        running.Dispose();
        _fraction = job.Progress.Fraction;
        (_running, North, _job) = (null, null, null);
    }

    public void Dispose() => _running?.Dispose();

    private async Task NoteEndAsync(BackfillJob job, Task running)
    {
        await running.ConfigureAwait(false);
        if (job.Progress.IsComplete)
        {
            await StoreAsync(BackfillState.Complete, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
