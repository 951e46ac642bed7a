using Microsoft.Extensions.Logging;

namespace Meridian.Journal.Writing;

/// <summary>What the writer does about a disk that refuses: it says so once, pauses, and tries again.</summary>
internal sealed partial class JournalWriter
{
    private bool TryDo(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note(e);
            return false;
        }
    }

    private void Note(Exception fault)
    {
        if (_fault is null)
        {
            LogFault(fault, storage.Folder);
        }

        _fault = fault.Message;
        Volatile.Write(ref _faults, _faults + 1);
    }

    private void Pause(bool isStopping)
    {
        if (isStopping)
        {
            return;
        }

        _isPausing = true;
        _retryTimer ??= MakeTimer(static writer => writer.EndPause());
        _ = _retryTimer.Change(_retryDelay, Timeout.InfiniteTimeSpan);
        _retryDelay = TimeSpan.FromTicks(Math.Min(2 * _retryDelay.Ticks, JournalLimits.MaxRetryDelay.Ticks));
    }

    private ITimer MakeTimer(Action<JournalWriter> fire)
        => time.CreateTimer(_ => fire(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void EndPause()
    {
        _isPausing = false;
        Wake();
    }

    private void Resume()
    {
        if (_fault is not null)
        {
            _fault = null;
            _retryDelay = options.RetryDelay;
            LogHealed(storage.Folder);
        }
    }

    [LoggerMessage(EventIds.Fault, LogLevel.Error,
        "The journal '{Folder}' cannot write. Nothing is acknowledged until it can; it keeps trying.")]
    private partial void LogFault(Exception fault, string folder);

    [LoggerMessage(EventIds.Healed, LogLevel.Warning, "The journal '{Folder}' writes again; nothing was lost.")]
    private partial void LogHealed(string folder);
}
