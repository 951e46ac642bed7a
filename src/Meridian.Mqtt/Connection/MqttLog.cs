using System.Buffers;
using Meridian.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Connection;

/// <summary>What the client says about its life; shared by the loops.</summary>
internal sealed partial class MqttLog(ILogger logger, ClientState state)
{
    /// <summary>Whether somebody wants to see each packet.</summary>
    public bool IsTracing => logger.IsEnabled(LogLevel.Trace);

    /// <summary>Only while <see cref="IsTracing"/>.</summary>
    public void PacketReceived(in Frame frame) => PacketReceived(logger, state.ClientId, PacketText.Describe(frame));

    /// <summary>Whole packets go to the socket. Only while <see cref="IsTracing"/>.</summary>
    public void PacketsSent(ReadOnlyMemory<byte> packets)
    {
        var rest = new ReadOnlySequence<byte>(packets);
        while (Frame.TryRead(ref rest, int.MaxValue, out var frame))
        {
            PacketSent(logger, state.ClientId, PacketText.Describe(frame));
        }
    }

    public void Connected(MqttServer server, bool isSessionPresent) =>
        Connected(logger, state.ClientId, server, isSessionPresent);

    /// <summary>A refusal was answered with another try at once.</summary>
    public void Adapted(string reason, MqttServer server) =>
        Adapted(logger, state.ClientId, reason, server, state.Version);

    public void ConnectFailed(string reason, TimeSpan delay) => ConnectFailed(logger, state.ClientId, reason, delay);

    public void ConnectionLost(string reason) => ConnectionLost(logger, state.ClientId, reason);

    public void GaveUp(string reason) => GaveUp(logger, state.ClientId, reason);

    public void ReceiverFailed(Exception error) => ReceiverFailed(logger, error, state.ClientId);

    public void RenewalRefused(string filter) => RenewalRefused(logger, state.ClientId, filter);

    /// <summary>The first of a connection.</summary>
    public void Unclaimed(string topic) => Unclaimed(logger, state.ClientId, topic);

    public void Undelivered(string topic, string reason) => Undelivered(logger, state.ClientId, topic, reason);

    public void Disconnected() => Disconnected(logger, state.ClientId);

    /// <summary>Something threw that nobody expects to.</summary>
    public void Unexpected(Exception error) => Unexpected(logger, error, state.ClientId);

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
        "The server refuses client '{ClientId}' the Topic Filter '{Filter}', which it granted before or which was "
        + "declared.")]
    private static partial void RenewalRefused(ILogger logger, string clientId, string filter);

    [LoggerMessage(
        EventIds.Undelivered,
        LogLevel.Error,
        "Client '{ClientId}' gave up a stored message for '{Topic}': {Reason}")]
    private static partial void Undelivered(ILogger logger, string clientId, string topic, string reason);

    [LoggerMessage(
        EventIds.Unclaimed,
        LogLevel.Warning,
        "Client '{ClientId}' acknowledged and dropped a message for '{Topic}': no receiver and no stream takes it. "
        + "Declare the streams of a session before connecting. What else comes so on this connection is only counted.")]
    private static partial void Unclaimed(ILogger logger, string clientId, string topic);

    [LoggerMessage(EventIds.Disconnected, LogLevel.Information, "Client '{ClientId}' is disconnected.")]
    private static partial void Disconnected(ILogger logger, string clientId);

    [LoggerMessage(
        EventIds.Unexpected,
        LogLevel.Error,
        "Client '{ClientId}' met an exception that it does not expect; it goes on as after a lost connection.")]
    private static partial void Unexpected(ILogger logger, Exception error, string clientId);

    [LoggerMessage(EventIds.Adapted, LogLevel.Warning,
        "Client '{ClientId}' tries {Server} with {Version} at once: {Reason}")]
    private static partial void Adapted(
        ILogger logger, string clientId, string reason, MqttServer server, MqttProtocolVersion version);

    [LoggerMessage(EventIds.PacketSent, LogLevel.Trace, "Client '{ClientId}' sends {Packet}")]
    private static partial void PacketSent(ILogger logger, string clientId, string packet);

    [LoggerMessage(EventIds.PacketReceived, LogLevel.Trace, "Client '{ClientId}' received {Packet}")]
    private static partial void PacketReceived(ILogger logger, string clientId, string packet);
}
