using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Supervision;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Replays;

/// <summary>
/// Carries a replay to its North: reads behind its own cursor, up to its end, and sends when the data that come in
/// their turn have gone. As <see cref="NorthPump"/> it delivers, tries again, or finds the offending datum; that one is
/// counted and told, and not put into quarantine, where it may lie already.
/// </summary>
internal sealed partial class ReplayPump
{
    private readonly ReplayNorth _parts;
    private readonly ReplayJob _job;
    private readonly TransformStage? _transforms;
    private readonly PendingReadings _pending;
    private readonly ReplaySend _send;
    private readonly Backoff _backoff;
    private readonly ILogger _logger;
    private readonly long _to;
    private long _droppedSaid;

    public ReplayPump(ReplayNorth parts, ReplayJob job)
    {
        _parts = parts;
        _job = job;
        _to = job.Kept.To;
        _logger = parts.Logger;
        _transforms = parts.MakeTransforms(
            job.Place.Journal, ReplayCursor.MemoryOf(job.Kept.NorthId, job.Kept.Id));
        _pending = new PendingReadings(parts.IsRouted, static _ => false, _transforms);
        _backoff = parts.NewBackoff();
        _send = new ReplaySend(parts, job, _pending, _backoff);
        _droppedSaid = job.Place.Tally.Dropped;
    }

    /// <summary>Runs to the end of the replay, or until cancelled; throws when the connection is of no more use.
    /// </summary>
    public async Task RunAsync(INorth north, Patience patience)
    {
        await SeekAsync(patience.Waiting).ConfigureAwait(false);
        while (PassDropped() < _to)
        {
            patience.Waiting.ThrowIfCancellationRequested();
            if (!await ReadAsync(patience.Waiting).ConfigureAwait(false))
            {
                // Damage took all that is left.
                _send.Commit(_to, default);
                return;
            }

            while (_send.HasMore)
            {
                await SendAsync(north, patience).ConfigureAwait(false);
            }

            _send.Commit(Math.Min(_pending.End.Value, _to), default);
            if (_transforms is not null)
            {
                await _transforms.SaveAsync(_job.Place.Tally.Position, isLast: false, patience.Waiting)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes to where it stands, or before it, where transforms must run again what they remember.</summary>
    private async ValueTask SeekAsync(CancellationToken cancellationToken)
    {
        _ = PassDropped();
        var from = _job.Place.Journal.Committed;
        if (_transforms is not null)
        {
            from = await _transforms.RewindAsync(from, cancellationToken).ConfigureAwait(false);
        }

        _job.Place.Journal.Seek(from);
    }

    /// <summary>Reads on. False when nothing is there any more.</summary>
    private async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _pending.Clear();
                if (!_job.Place.Journal.TryRead(_parts.Settings.ReadLimits, out var batch))
                {
                    return false;
                }

                _pending.Add(batch, _job.Place.Tally.Position);
                _send.TakeBefore(_to);
                return true;
            }
            catch (IOException failed)
            {
                // A place of the disk that is not readable must not cost the North its connection.
                var delay = _backoff.Next();
                _job.Reason = failed.Message;
                LogUnread(_parts.Name, _job.Kept.Id, failed.Message, delay.TotalSeconds);
                await Task.Delay(delay, _parts.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One turn at the gate, when the data that come in their turn do not want it.</summary>
    private async Task SendAsync(INorth north, Patience patience)
    {
        await _parts.WaitForLiveAsync(patience.Waiting).ConfigureAwait(false);
        await _parts.Gate.WaitAsync(patience.Waiting).ConfigureAwait(false);
        TimeSpan? pause;
        try
        {
            _ = PassDropped();
            pause = await _send.TryNextAsync(north, patience).ConfigureAwait(false);
        }
        finally
        {
            _ = _parts.Gate.Release();
        }

        if (pause is { } delay)
        {
            // Not at the gate: others need not wait for this.
            LogRetried(_parts.Name, _job.Kept.Id, _job.Reason ?? "no reason given.", delay.TotalSeconds);
            await Task.Delay(delay, _parts.Time, patience.Waiting).ConfigureAwait(false);
        }
    }

    /// <summary>Follows the journal where it let go of what was not read.</summary>
    /// <returns>Where it stands.</returns>
    private long PassDropped()
    {
        _ = _job.Place.CatchUp();
        var tally = _job.Place.Tally;
        _pending.PassBefore(tally.Position.Value);
        if (tally.Dropped > _droppedSaid)
        {
            LogDropped(_parts.Name, _job.Kept.Id, tally.Dropped - _droppedSaid, tally.Position.Value);
            _droppedSaid = tally.Dropped;
        }

        return tally.Position.Value;
    }

    [LoggerMessage(
        EventIds.ReplayRetried,
        LogLevel.Warning,
        "Replay {Replay} to {North}: {Reason} The same data are tried again in {Seconds:F1} s.")]
    private partial void LogRetried(string north, string replay, string reason, double seconds);

    [LoggerMessage(
        EventIds.ReplayUnread,
        LogLevel.Warning,
        "Replay {Replay} to {North} cannot read the journal: {Reason} It tries again in {Seconds:F1} s.")]
    private partial void LogUnread(string north, string replay, string reason, double seconds);

    [LoggerMessage(
        EventIds.ReplayDropped,
        LogLevel.Error,
        "Replay {Replay} to {North}: the journal was full and let go of {Count} data before {Position} that were not "
        + "replayed yet; they count as dropped there. See 'gateway.journal.maxBytes'.")]
    private partial void LogDropped(string north, string replay, long count, long position);
}
