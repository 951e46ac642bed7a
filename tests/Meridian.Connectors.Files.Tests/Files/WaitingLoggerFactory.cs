using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>Tells when an event has been logged.</summary>
internal sealed class WaitingLoggerFactory : ILoggerFactory, ILogger
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waiting = new();

    public Task WaitForAsync(int eventId) => _waiting.GetOrAdd(
        eventId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        Assert.EndsWith(".", formatter(state, exception), StringComparison.Ordinal);
        if (_waiting.TryGetValue(eventId.Id, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
