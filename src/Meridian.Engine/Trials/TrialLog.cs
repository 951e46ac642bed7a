using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Trials;

/// <summary>What trials log.</summary>
internal static partial class TrialLog
{
    [LoggerMessage(EventIds.TrialCloseFailed, LogLevel.Debug, "A connector that was tried did not close cleanly.")]
    public static partial void LogCloseFailed(this ILogger logger, Exception fault);
}
