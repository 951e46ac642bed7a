namespace Meridian.Mqtt;

/// <summary>TLS could not be agreed on, or a certificate was not accepted; the message says which and why.</summary>
/// <param name="message">What failed and what may help.</param>
/// <param name="inner">The error of the TLS library, if there was one.</param>
public sealed class MqttTlsException(string message, Exception? inner = null) : MqttException(message, inner)
{
    /// <summary>Whether the other side speaks no TLS: it answered with other bytes.</summary>
    /// <value>False by default.</value>
    public bool IsPeerWithoutTls { get; init; }

    /// <summary>
    /// Whether the other side closed the connection before TLS was agreed on and did not say why: it may speak without
    /// TLS, want a client certificate, or have been stopped.
    /// </summary>
    /// <value>False by default.</value>
    public bool IsConnectionClosed { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// True: certificates are renewed at the server and client certificates are asked for anew at each try, so a client
    /// that runs unattended must come back by itself. <see cref="MqttClient.ConnectAsync"/> fails at once all the same.
    /// </remarks>
    public override bool IsTransient => true;
}

/// <summary>The proxy cannot be reached or did not let the connection through.</summary>
/// <param name="message">What failed and what may help.</param>
/// <param name="code">The proxy's answer.</param>
/// <param name="isTransient">Whether the same try may succeed later.</param>
/// <param name="inner">The error of the network, if there was one.</param>
public sealed class MqttProxyException(string message, int? code, bool isTransient, Exception? inner = null)
    : MqttException(message, inner)
{
    /// <summary>
    /// The HTTP status, or the reply field of SOCKS5 (RFC 1928 §6); null when the proxy gave none.
    /// </summary>
    public int? Code { get; } = code;

    /// <inheritdoc/>
    /// <remarks>False only when the proxy wants another user name or password.</remarks>
    public override bool IsTransient { get; } = isTransient;
}

/// <summary>The server or what stands before it did not agree to a WebSocket.</summary>
/// <param name="message">What failed and what may help.</param>
/// <param name="statusCode">The HTTP status.</param>
/// <param name="inner">The error of the network, if there was one.</param>
public sealed class MqttWebSocketException(string message, int? statusCode, Exception? inner = null)
    : MqttException(message, inner)
{
    /// <summary>The HTTP status, such as 404; null when there was none.</summary>
    public int? StatusCode { get; } = statusCode;

    /// <inheritdoc/>
    /// <remarks>
    /// False only for 401, which wants other headers. Everything else may come from a web server that is just being
    /// set up anew.
    /// </remarks>
    public override bool IsTransient => StatusCode is not 401;
}
