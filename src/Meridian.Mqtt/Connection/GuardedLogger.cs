using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Connection;

/// <summary>The application's logger. What it throws ends no loop of the client: a full disk under a log file is no
/// reason to lose a connection.</summary>
internal sealed class GuardedLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false; // There is nowhere left to say it.
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nowhere left to say it.
        }
    }
}
