using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Hears what a client says about its life; the packets, at Trace, pass unheard.</summary>
internal abstract class ClientLog : ILogger<MqttClient>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => OnEvent(eventId.Id, formatter(state, exception), exception);

    /// <summary>The client logs; on any of its threads.</summary>
    /// <param name="id">One of its event ids.</param>
    /// <param name="text">The words.</param>
    /// <param name="error">The exception, where there is one.</param>
    protected abstract void OnEvent(int id, string text, Exception? error);
}
