using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>
/// One replay that is kept, and its job where a North has it. Changed by the desk, one caller at a time, and by the
/// lane that has done all of it; seen as a whole by any thread.
/// </summary>
internal sealed class ReplayEntry(KeptReplay kept)
{
    private volatile Hold _hold = new(kept, null, null);

    /// <summary>What is kept of it. While it runs, <see cref="Now"/> knows better where it stands.</summary>
    public KeptReplay Kept => _hold.Kept;

    /// <summary>The lane of the North that has it; null where none does.</summary>
    public ReplayLane? Lane => _hold.Lane;

    /// <summary>It, as it is now.</summary>
    public KeptReplay Now => _hold is { Job: { } job } ? job.Now : Kept;

    /// <summary>How it fares.</summary>
    public ReplayStatus Status => _hold is { Job: { } job }
        ? job.Now.ToStatus() with { Reason = job.Reason }
        : Kept.ToStatus();

    /// <summary>A North has it from now on.</summary>
    public void Begin(ReplayLane lane, JournalLog journal, Func<ReplayEntry, CancellationToken, Task> complete)
    {
        var job = new ReplayJob(Kept, journal, cancellationToken => complete(this, cancellationToken));
        _hold = new Hold(Kept, job, lane);
        lane.Add(job);
    }

    /// <summary>No North has it. Where it stands and what it came to is looked up.</summary>
    public void Rest(JournalLog journal) =>
        _hold = new Hold(new ReplayJob(Kept, journal, static _ => Task.CompletedTask).Now, null, null);

    /// <summary>No North has it from now on.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Completes when nothing of it is on its way any more.</returns>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_hold is { Job: { } job, Lane: { } lane })
        {
            await lane.RemoveAsync(job).WaitAsync(cancellationToken).ConfigureAwait(false);
            Let(Now);
        }
    }

    /// <summary>The same without waiting: what a North that was left behind may still do moves nothing.</summary>
    public void Let() => Let(Now);

    /// <summary>It has ended.</summary>
    public void End(KeptReplay ended) => Let(ended);

    private void Let(KeptReplay next)
    {
        var hold = _hold;
        _hold = new Hold(next, null, null);
        if (hold is { Job: { } job, Lane: { } lane })
        {
            _ = lane.RemoveAsync(job);
            job.Place.Retire();
        }
    }

    /// <summary>What is kept, and who has it.</summary>
    private sealed record Hold(KeptReplay Kept, ReplayJob? Job, ReplayLane? Lane);
}
