using Meridian.Engine.Norths;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Replays;

/// <summary>Says what the destination refused of a replay, and not more often than one can read.</summary>
internal sealed partial class ReplayRefusals(ReplayNorth parts, ReplayJob job)
{
    /// <summary>A wave of refused data must not become a wave of log lines.</summary>
    private static readonly TimeSpan SpeakAgainAfter = TimeSpan.FromSeconds(10);

    private long? _spoken;
    private long _unsaid;

    /// <summary>So many were refused, the first of them at a position.</summary>
    public void Tell(int count, long position, string? reason)
    {
        _unsaid += count;
        if (_spoken is not { } spoken || parts.Time.GetElapsedTime(spoken) >= SpeakAgainAfter)
        {
            LogRefused(
                parts.Logger, job.Kept.Id, parts.Name, _unsaid, position, reason ?? Refusals.NoReason);
            _unsaid = 0;
            _spoken = parts.Time.GetTimestamp();
        }
    }

    [LoggerMessage(
        EventIds.ReplayRefused,
        LogLevel.Error,
        "Replay {Replay}: {North} refused {Count} data for good since it was last said, now at position {Position} "
        + "with: {Reason} They are counted and not put into quarantine; the rest goes on.")]
    private static partial void LogRefused(
        ILogger logger, string replay, string north, long count, long position, string reason);
}
