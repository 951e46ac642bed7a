using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>Keeps what a client says about its life, without the packets, for the words of a failure.</summary>
internal sealed class LifeLog : ILogger<MqttClient>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Whether the client met an exception that it does not expect.</summary>
    public bool HasUnexpected { get; private set; }

    /// <summary>How often the client heard that it is connected.</summary>
    public int ConnectedCount { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ConnectedCount += eventId.Id == EventIds.Connected ? 1 : 0; // By the connection loop alone.
        HasUnexpected |= eventId.Id == EventIds.Unexpected;
        _lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
