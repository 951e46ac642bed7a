using System.Net;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt;

/// <summary>An MQTT client over one connection at a time, which it makes again by itself when it is lost.</summary>
/// <remarks>All members may be called from any thread, also from the receiver's callbacks.</remarks>
public sealed class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions _options;

    /// <summary>Prepares a client; nothing is sent before <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">The options; copied by reference, they are immutable.</param>
    /// <param name="receiver">Hears received messages and the life of the connection; null for a client that only publishes.</param>
    /// <param name="logger">Where the client writes; null for nowhere.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="jitter">Random numbers for Client Identifier and reconnect delays; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every problem.</exception>
    public MqttClient(
        MqttClientOptions options,
        IMqttReceiver? receiver = null,
        ILogger<MqttClient>? logger = null,
        TimeProvider? time = null,
        Random? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>True while a connection is accepted and not ended.</summary>
    public bool IsConnected => throw new NotSupportedException();

    /// <summary>The Client Identifier in use: the one of the options or the one that was drawn.</summary>
    public string ClientId => _options.ClientId;

    /// <summary>This end of the connection; null when there is none.</summary>
    public EndPoint? LocalAddress => throw new NotSupportedException();

    /// <summary>The server's end of the connection; null when there is none.</summary>
    public EndPoint? RemoteAddress => throw new NotSupportedException();

    /// <summary>Connects and returns when the server has accepted.</summary>
    public Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Sends what has gathered and DISCONNECT, and ends the connection for good; no reconnect follows.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Publishes a message.</summary>
    public ValueTask<MqttPublishResult> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtMostOnce,
        bool isRetained = false,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Subscribes and returns the server's answer for each filter.</summary>
    public Task<IReadOnlyList<MqttSubscribeResult>> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Ends subscriptions.</summary>
    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Acknowledges a received message.</summary>
    public void Acknowledge(in MqttAcknowledgement acknowledgement) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
