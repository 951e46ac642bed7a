using Meridian.Engine.Norths;
using Meridian.Sdk.North;

namespace Meridian.Engine.Replays;

/// <summary>The replays of one North, one after the other, while it is connected.</summary>
internal sealed class ReplayLane(ReplayNorth parts)
{
    private readonly Lock _lock = new();
    private readonly List<ReplayJob> _jobs = [];
    private TaskCompletionSource _changed = NewChanged();

    /// <summary>Takes in a replay, behind those that are there.</summary>
    public void Add(ReplayJob job)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _jobs.Add(job);
            (changed, _changed) = (_changed, NewChanged());
        }

        changed.TrySetResult();
    }

    /// <summary>Lets a replay be.</summary>
    /// <returns>Completes when nothing of it is on its way any more.</returns>
    public Task RemoveAsync(ReplayJob job)
    {
        lock (_lock)
        {
            _ = _jobs.Remove(job);
        }

        return job.CancelAsync();
    }

    /// <summary>
    /// Serves the replays. Runs until cancelled; throws when the connection is of no more use. What was not committed
    /// is read again.
    /// </summary>
    public async Task RunAsync(INorth north, CancellationToken cancellationToken)
    {
        // Never on the caller's thread: with much to bring it does not come up for air.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (job, changed) = First();
            if (job is null)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await RunAsync(job, north, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TaskCompletionSource NewChanged() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (ReplayJob? Job, Task Changed) First()
    {
        lock (_lock)
        {
            return (_jobs.FirstOrDefault(), _changed.Task);
        }
    }

    private async Task RunAsync(ReplayJob job, INorth north, CancellationToken cancellationToken)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (job.TryBegin(run))
            {
                await new ReplayPump(parts, job)
                    .RunAsync(north, new Patience(run.Token, cancellationToken)).ConfigureAwait(false);
                await job.Complete(run.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested
            && run.IsCancellationRequested)
        {
            // Somebody took it away; the next one is served.
        }
        finally
        {
            job.Leave();
        }
    }
}
