using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Connection;

/// <summary>What the client says about its life; shared by the loops.</summary>
internal sealed partial class MqttLog(ILogger logger, string clientId)
{
    public void Connected(MqttServer server, bool isSessionPresent) =>
        Connected(logger, clientId, server, isSessionPresent);

    public void ConnectFailed(string reason, TimeSpan delay) => ConnectFailed(logger, clientId, reason, delay);

    public void ConnectionLost(string reason) => ConnectionLost(logger, clientId, reason);

    public void GaveUp(string reason) => GaveUp(logger, clientId, reason);

    public void ReceiverFailed(Exception error) => ReceiverFailed(logger, error, clientId);

    public void RenewalRefused(string filter) => RenewalRefused(logger, clientId, filter);

    public void Disconnected() => Disconnected(logger, clientId);

    [LoggerMessage(EventIds.Connected, LogLevel.Information,
        "Client '{ClientId}' is connected to {Server} (session present: {IsSessionPresent}).")]
    private static partial void Connected(
        ILogger logger, string clientId, MqttServer server, bool isSessionPresent);

    [LoggerMessage(
        EventIds.ConnectFailed,
        LogLevel.Warning,
        "Client '{ClientId}' could not connect and tries again in {Delay}: {Reason}")]
    private static partial void ConnectFailed(ILogger logger, string clientId, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.ConnectionLost, LogLevel.Warning, "Client '{ClientId}' lost its connection: {Reason}")]
    private static partial void ConnectionLost(ILogger logger, string clientId, string reason);

    [LoggerMessage(
        EventIds.GaveUp, LogLevel.Error, "Client '{ClientId}' is disconnected and does not try again: {Reason}")]
    private static partial void GaveUp(ILogger logger, string clientId, string reason);

    [LoggerMessage(EventIds.ReceiverFailed, LogLevel.Error, "The receiver of client '{ClientId}' threw an exception.")]
    private static partial void ReceiverFailed(ILogger logger, Exception error, string clientId);

    [LoggerMessage(EventIds.RenewalRefused, LogLevel.Error,
        "The server granted client '{ClientId}' the Topic Filter '{Filter}' before and refuses it now.")]
    private static partial void RenewalRefused(ILogger logger, string clientId, string filter);

    [LoggerMessage(EventIds.Disconnected, LogLevel.Information, "Client '{ClientId}' is disconnected.")]
    private static partial void Disconnected(ILogger logger, string clientId);
}
