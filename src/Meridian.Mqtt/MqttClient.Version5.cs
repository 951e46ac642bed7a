using System.Buffers;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>What MQTT 5.0 adds.</content>
public sealed partial class MqttClient
{
    /// <summary>What the connection speaks; null when there is none.</summary>
    public MqttProtocolVersion? Version => _state.Link?.Version;

    /// <summary>Publishes an Application Message with properties. See the other overload for all else.</summary>
    /// <remarks>The steady path allocates nothing here either, when the message has no properties. A message with an
    /// expiry that waits longer for the window, the socket or a connection ends with <see
    /// cref="MqttMessageExpiredException"/>; what it has waited is taken off the interval that is sent.</remarks>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops the waiting. A message that was not sent yet is never sent; one that was
    /// is still delivered.</param>
    /// <returns>Completes at QoS 0 when the bytes are in the outbound buffer, at QoS 1 on PUBACK, at QoS 2 on
    /// PUBCOMP.</returns>
    /// <exception cref="ArgumentException">The topic or a property is not valid, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="MqttRejectedException">The server rejected it, or takes no such messages.</exception>
    /// <exception cref="MqttConnectionLostException">There is no connection, or it was lost and the options do not let
    /// the message wait.</exception>
    public ValueTask<MqttPublishResult> PublishAsync(
        MqttApplicationMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return PropertyRules.FindProblem(message.Properties) is { } problem
            ? throw new ArgumentException(problem, nameof(message))
            : PublishAsync(PublishPacket.Of(message), cancellationToken);
    }

    /// <summary>Publishes an Application Message with properties, without an object for the message. See the others for
    /// all else.</summary>
    /// <remarks>Properties that many messages share are made once: then the steady path allocates nothing here either.
    /// </remarks>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="payload">The payload; copied before this returns.</param>
    /// <param name="qos">The QoS.</param>
    /// <param name="isRetained">Whether the server keeps it for later subscribers.</param>
    /// <param name="properties">What describes the message, or null. Sent on connections of MQTT 5.0 only.</param>
    /// <param name="cancellationToken">Stops the waiting. A message that was not sent yet is never sent; one that was
    /// is still delivered.</param>
    /// <returns>Completes at QoS 0 when the bytes are in the outbound buffer, at QoS 1 on PUBACK, at QoS 2 on
    /// PUBCOMP.</returns>
    /// <exception cref="ArgumentException">The topic or a property is not valid, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="MqttRejectedException">The server rejected it, or takes no such messages.</exception>
    /// <exception cref="MqttConnectionLostException">There is no connection, or it was lost and the options do not let
    /// the message wait.</exception>
    public ValueTask<MqttPublishResult> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos,
        bool isRetained,
        MqttMessageProperties? properties,
        CancellationToken cancellationToken = default) =>
        PropertyRules.FindProblem(properties) is { } problem
            ? throw new ArgumentException(problem, nameof(properties))
            : PublishAsync(
                new PublishPacket
                {
                    Topic = topic,
                    Payload = new ReadOnlySequence<byte>(payload),
                    Qos = qos,
                    IsRetained = isRetained,
                    Properties = properties,
                },
                cancellationToken);

    /// <summary>Ends for good as <see cref="DisconnectAsync(CancellationToken)"/> does, and says more.</summary>
    /// <param name="options">What to say.</param>
    /// <param name="cancellationToken">Ends the connection at once instead; the Will may then be published.</param>
    /// <returns>A task that ends when the connection has ended.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public async Task DisconnectAsync(MqttDisconnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problem = PropertyRules.FindProblem(options.UserProperties)
            ?? (options.ReasonString is null
                ? null
                : PropertyRules.FindTextProblem(nameof(options.ReasonString), options.ReasonString))
            ?? (options.SessionExpiry > TimeSpan.Zero && _state.Options.SessionExpirySeconds == 0
                ? "SessionExpiry is above zero where the connection's was zero [MQTT-3.14.2-2]."
                : null);
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        var is5 = _state.Link?.Version >= MqttProtocolVersion.V50;
        if (options.SendWill && !is5 && IsConnected && _state.Will is { } will)
        {
            await PublishAsync(will.Topic, will.Payload, will.Qos, will.IsRetained, cancellationToken)
                .ConfigureAwait(false);
        }

        var hasDetails = options.ReasonString is not null || options.UserProperties.Count > 0;
        var farewell = new DisconnectPacket(
            options.SendWill ? MqttReasonCode.DisconnectWithWill : MqttReasonCode.Success)
        {
            SessionExpirySeconds = options.SessionExpiry is { } expiry ? WireTime.ToSeconds(expiry) : null,
            Details = hasDetails ? new ReasonDetails(options.ReasonString, options.UserProperties) : null,
        };
        await CloseAsync(farewell, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Authenticates again on the living connection, for example before a token expires (MQTT 5.0 §4.12.1).
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting; the exchange goes on.</param>
    /// <returns>A task that ends when server and <see cref="MqttClientOptions.Authenticator"/> are content.</returns>
    /// <exception cref="InvalidOperationException">The options have no authenticator, or an exchange is on.</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the exchange did.</exception>
    public Task ReauthenticateAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _state.Reauthentication.RunAsync(cancellationToken);
    }
}
