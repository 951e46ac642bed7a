using System.Buffers;
using System.Net.Sockets;

namespace Meridian.Mqtt.Transport;

/// <summary>From the errors of the network to the client's, with what may help.</summary>
internal static class TransportFaults
{
    private const byte TlsAlert = 0x15;
    private const byte TlsMajorVersion = 0x03;

    /// <summary>A try to connect that failed for what no layer explains better.</summary>
    public static MqttException Unreachable(string server, Exception error) => new MqttConnectionLostException(
        $"The server {server} cannot be reached: {(IsDescribed(error) ? "it " : "")}{Describe(error)}.", error);

    /// <summary>The rest of a sentence that begins with a name.</summary>
    public static string Describe(Exception error) => error is not SocketException socket
        ? Sentence(error)
        : socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                "refuses connections; check that it runs and listens on this port",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                "has a name that cannot be resolved; check its spelling and the name service",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
                "has no route from here; check the network",
            SocketError.TimedOut =>
                "does not answer; check the network and its firewalls",
            SocketError.AccessDenied =>
                "may not be reached by this user; check the rights of the socket's file, or the firewall",
            SocketError.AddressNotAvailable =>
                "has an address that does not exist; for a Unix socket, check that the file exists",
            _ => Sentence(error),
        };

    private static bool IsDescribed(Exception error) =>
        error is SocketException && !string.Equals(Describe(error), Sentence(error), StringComparison.Ordinal);

    /// <summary>An error of the transport between its opening and CONNACK.</summary>
    public static MqttException BeforeConnAck(MqttServer server, Exception? error)
    {
        if (error is not null && TlsFaults.AlertOf(error) is { } alert)
        {
            // A TLS 1.3 server judges the client's certificate when the client's handshake has ended already.
            return TlsFaults.Refused(server, alert, error);
        }

        var hint = server.Transport switch
        {
            MqttTransport.Tls or MqttTransport.SecureWebSocket =>
                "if it wants a client certificate, set Tls.ClientCertificates",
            MqttTransport.Tcp =>
                "if this port wants TLS or WebSocket, name the server with mqtts:// or ws://",
            _ => "its log may say why",
        };
        return new MqttConnectionLostException(
            error is null
                ? $"The server {server} closed the connection before CONNACK; {hint}."
                : $"The connection to {server} was lost before CONNACK ({Sentence(error)}); {hint}.",
            error)
        {
            IsBeforeConnAck = true,
        };
    }

    /// <summary>Looks whether the first bytes of a server are of another protocol.</summary>
    /// <exception cref="MqttProtocolException">They are TLS or HTTP.</exception>
    public static void DemandMqtt(MqttServer server, in ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[2];
        if (bytes.Length < first.Length)
        {
            return;
        }

        bytes.Slice(0, first.Length).CopyTo(first);
        if (first[0] == TlsAlert && first[1] == TlsMajorVersion)
        {
            throw NotMqtt($"The server {server} answered with TLS, not with MQTT; name it with mqtts://.");
        }

        if (first.SequenceEqual("HT"u8))
        {
            throw NotMqtt(
                $"The server {server} answered with HTTP, not with MQTT; name it with ws:// or use another port.");
        }
    }

    // As packets, both have flags that their type does not allow.
    private static MqttProtocolException NotMqtt(string message) => new(
        "MQTT-2.2.2-2", MqttReasonCode.MalformedPacket, message);

    /// <summary>An error's message without its full stop, to stand within a sentence.</summary>
    public static string Sentence(Exception error) => error.Message.TrimEnd('.', ' ');
}
