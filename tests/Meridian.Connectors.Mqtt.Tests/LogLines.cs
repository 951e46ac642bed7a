using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.Tests;

/// <summary>Keeps warnings as they are written.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Warnings { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Warning)
        {
            Warnings.Enqueue(formatter(state, exception));
        }
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
