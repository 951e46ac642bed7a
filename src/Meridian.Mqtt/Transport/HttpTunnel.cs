using System.Globalization;
using System.Text;

namespace Meridian.Mqtt.Transport;

/// <summary>Asks an HTTP proxy for a connection by CONNECT (RFC 9110 §9.3.6); the proxy resolves names.</summary>
internal static class HttpTunnel
{
    private const int AuthenticationRequired = 407;

    /// <exception cref="MqttProxyException">The proxy refused or broke off.</exception>
    public static async Task OpenAsync(
        Stream stream, MqttProxy proxy, MqttServer server, CancellationToken cancellationToken)
    {
        HttpHead head;
        try
        {
            await stream.WriteAsync(RequestFor(proxy, server), cancellationToken).ConfigureAwait(false);
            head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MqttProxyException(
                $"The proxy {proxy} gave no answer for {server} ({TransportFaults.Sentence(error)}); check that it "
                + "speaks HTTP on this port.",
                code: null,
                isTransient: true,
                error);
        }

        if (head.Status is >= 200 and < 300)
        {
            return;
        }

        var said = SecretText.Hide(head.ToString(), proxy.Password);
        throw new MqttProxyException(
            head.Status != AuthenticationRequired
                ? $"The proxy {proxy} does not connect to {server}: {said}."
                : proxy.UserName is null
                    ? $"The proxy {proxy} wants a user name and password ({said}); set Proxy.UserName and "
                        + "Proxy.Password."
                    : $"The proxy {proxy} does not accept the user '{proxy.UserName}' with this password ({said}).",
            head.Status,
            isTransient: head.Status != AuthenticationRequired);
    }

    private static byte[] RequestFor(MqttProxy proxy, MqttServer server)
    {
        var target = HttpHead.AuthorityOf(server);
        var request = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if (proxy.UserName is { } user)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{proxy.Password}"));
            request.Append(CultureInfo.InvariantCulture, $"Proxy-Authorization: Basic {credentials}\r\n");
        }

        return Encoding.ASCII.GetBytes(request.Append("\r\n").ToString());
    }
}
