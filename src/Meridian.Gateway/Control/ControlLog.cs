using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Control;

/// <summary>What the control socket tells the log.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(
        4000,
        LogLevel.Warning,
        "The commands status, backfill and replay cannot reach this gateway: '{Path}' is too long for a socket. "
        + "Choose a data folder with a shorter path.")]
    public static partial void LogPathTooLong(this ILogger logger, string path);
}
