using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Configuring;

/// <summary>What becomes of the configuration while the gateway runs, for the log.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(4010, LogLevel.Information, "The configuration file has changed: {Change}")]
    public static partial void LogChange(this ILogger logger, string change);

    [LoggerMessage(
        4011,
        LogLevel.Error,
        "The configuration file was changed and has {Problems} problem(s); the gateway goes on with the configuration "
        + "that it has. Mend the file and it is taken.")]
    public static partial void LogInvalid(this ILogger logger, int problems);

    [LoggerMessage(4012, LogLevel.Error, "In the configuration: {Problem}")]
    public static partial void LogProblem(this ILogger logger, string problem);

    [LoggerMessage(
        4013,
        LogLevel.Error,
        "The change of the configuration '{Path}' is not taken yet: {Reason} The gateway goes on with the configuration "
        + "that it has, and tries again.")]
    public static partial void LogUnreadable(this ILogger logger, string path, string reason);
}
