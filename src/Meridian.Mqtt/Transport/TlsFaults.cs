namespace Meridian.Mqtt.Transport;

/// <summary>What a failed TLS handshake means, as far as the words of the TLS library tell.</summary>
internal static class TlsFaults
{
    // OpenSSL writes "…:tlsv13 alert certificate required", other libraries write "alert" too.
    private const string Alert = "alert ";

    /// <summary>The alert by which the peer ended TLS, in words, or null.</summary>
    public static string? AlertOf(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            var start = inner.Message.IndexOf(Alert, StringComparison.OrdinalIgnoreCase);
            if (start >= 0)
            {
                return inner.Message[(start + Alert.Length)..].Trim('.', ' ');
            }
        }

        return null;
    }

    /// <summary>The peer ended TLS by an alert.</summary>
    public static MqttTlsException Refused(MqttServer server, string alert, Exception error) => new(
        $"The server {server} ended TLS: {alert}. {AdviceFor(alert)}", error);

    /// <summary>The handshake failed for another reason than the server's certificate.</summary>
    public static MqttTlsException OfHandshake(MqttServer server, Exception error)
    {
        if (AlertOf(error) is { } alert)
        {
            return Refused(server, alert, error);
        }

        var cause = Innermost(error);
        var words = TransportFaults.Sentence(cause);
        if (IsClosing(cause))
        {
            return new MqttTlsException(
                $"The server {server} closed the connection in the TLS handshake ({words}); if it speaks without TLS "
                + "there, check the port, or name the server with mqtt:// or ws://; if it wants a client certificate, "
                + "set Tls.ClientCertificates.",
                error)
            {
                IsConnectionClosed = true,
            };
        }

        return AreOtherBytes(words)
            ? new MqttTlsException(
                $"The server {server} answered with other bytes than TLS ({words}); check the port, or name the server "
                + "with mqtt:// or ws:// if it speaks without TLS.",
                error)
            {
                IsPeerWithoutTls = true,
            }
            : new MqttTlsException($"The TLS handshake with the server {server} failed: {words}.", error);
    }

    /// <summary>It says nothing of the server's TLS: one that wants a client certificate may close without a word,
    /// too.</summary>
    private static bool IsClosing(Exception cause) => cause is System.Net.Sockets.SocketException
        || (cause is IOException && cause.Message.Contains("EOF", StringComparison.OrdinalIgnoreCase));

    private static bool AreOtherBytes(string words) =>
        words.Contains("frame size", StringComparison.OrdinalIgnoreCase)
        || words.Contains("wrong version number", StringComparison.OrdinalIgnoreCase)
        || words.Contains("packet length", StringComparison.OrdinalIgnoreCase);

    private static string AdviceFor(string alert)
    {
        if (alert.Contains("protocol version", StringComparison.OrdinalIgnoreCase))
        {
            return "It speaks none of the versions in Tls.Protocols.";
        }

        if (alert.Contains("application protocol", StringComparison.OrdinalIgnoreCase))
        {
            return "It knows none of the protocols in Tls.ApplicationProtocols.";
        }

        return alert.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            || alert.Contains("handshake failure", StringComparison.OrdinalIgnoreCase)
            || alert.Contains("unknown ca", StringComparison.OrdinalIgnoreCase)
            ? "It wants a client certificate that it trusts and that is valid; set Tls.ClientCertificates."
            : "Its log may say why.";
    }

    private static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }
}
