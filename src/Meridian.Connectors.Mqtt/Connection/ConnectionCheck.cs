using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>What is wrong with the settings of a connection that no attribute can say, all of it at once.</summary>
internal static class ConnectionCheck
{
    private const int MaxProxyWordBytes = 255;

    public static IEnumerable<SettingsProblem> Find(MqttConnectionSettings settings) =>
        FindCredentials(settings).Concat(FindAddresses(settings)).Concat(FindVersions(settings))
            .Concat(FindTls(settings)).Concat(FindProxy(settings.Proxy)).Concat(FindWill(settings.Will));

    private static IEnumerable<SettingsProblem> FindCredentials(MqttConnectionSettings settings)
    {
        if (settings.Password is not null && string.IsNullOrEmpty(settings.UserName))
        {
            yield return Problem(
                "password",
                "A password is set without a user name, which MQTT 3.1.1 does not allow; set userName or leave it "
                + "out.");
        }

        if (settings.Authentication == MqttAuthentication.ScramSha256
            && (string.IsNullOrEmpty(settings.UserName) || settings.Password is null))
        {
            yield return Problem(
                "authentication", "scramSha256 proves a password; set userName and password.");
        }

        if (settings.KeepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            yield return Problem(
                "keepAlive",
                $"The keep-alive of {settings.KeepAlive} is not in whole seconds; MQTT counts in those.");
        }

        if (settings.ClientId is { } clientId && clientId.Contains('\0', StringComparison.Ordinal))
        {
            yield return Problem(
                "clientId", "The client id contains the character U+0000, which MQTT forbids; leave it out.");
        }
    }

    private static IEnumerable<SettingsProblem> FindAddresses(MqttConnectionSettings settings)
    {
        if (settings is { Transport: MqttTransport.UnixSocket, Port: not null })
        {
            yield return Problem("port", "A Unix socket has no port; leave it out.");
        }

        if (settings is { Transport: MqttTransport.UnixSocket, Host: { } path } && !path.StartsWith('/'))
        {
            yield return Problem(
                "host", $"With transport unixSocket, host is the full path of the socket, and '{path}' is none.");
        }
        else if (settings.Transport != MqttTransport.UnixSocket
            && Uri.CheckHostName(settings.Host) == UriHostNameType.Unknown)
        {
            yield return Problem(
                "host",
                $"'{settings.Host}' is not a name or address; write it without a scheme and port, such as "
                + "broker.plant.example.");
        }

        for (var i = 0; i < settings.OtherServers.Count; i++)
        {
            if (!MqttServer.TryParse(settings.OtherServers[i], out _))
            {
                yield return Problem(
                    string.Create(CultureInfo.InvariantCulture, $"otherServers[{i}]"),
                    "It is not an address such as mqtts://second.example:8883, ws://second.example/mqtt or "
                    + "unix:///run/mqtt.sock.");
            }
        }

        if (settings.LocalAddress is { } address && !IPAddress.TryParse(address, out _))
        {
            yield return Problem("localAddress", $"'{address}' is not an IP address of this machine.");
        }
    }

    private static IEnumerable<SettingsProblem> FindVersions(MqttConnectionSettings settings)
    {
        if (settings.Version is MqttVersion.V5)
        {
            yield break;
        }

        if (settings.Authentication == MqttAuthentication.ScramSha256)
        {
            yield return Problem("authentication", "scramSha256 needs MQTT 5.0; set version to v5.");
        }

        if (settings.UserProperties.Count > 0 && settings.Version != MqttVersion.Newest)
        {
            yield return Problem(
                "userProperties", "They need MQTT 5.0; set version to v5 or newest, or leave them out.");
        }
    }

    private static IEnumerable<SettingsProblem> FindTls(MqttConnectionSettings settings)
    {
        if (settings.Tls is not { } tls)
        {
            yield break;
        }

        var hasTls = settings.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket
            || settings.OtherServers.Any(static other => MqttServer.TryParse(other, out var server)
                && server.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket);
        if (!hasTls)
        {
            yield return Problem(
                "tls", "The transport has no TLS; set transport to tls or secureWebSocket, or leave the section out.");
        }

        if (tls.CertificateFile is null && (tls.KeyFile is not null || tls.KeyPassword is not null))
        {
            yield return Problem("tls.keyFile", "A key is of use only with its certificate; set certificateFile.");
        }

        foreach (var name in tls.Alpn.Where(static name => Encoding.UTF8.GetByteCount(name) is < 1 or > 255))
        {
            yield return Problem("tls.alpn", $"'{name}' is not 1 to 255 bytes long.");
        }
    }

    private static IEnumerable<SettingsProblem> FindProxy(MqttProxySettings? proxy)
    {
        if (proxy is null)
        {
            yield break;
        }

        if (Uri.CheckHostName(proxy.Host) == UriHostNameType.Unknown)
        {
            yield return Problem("proxy.host", $"'{proxy.Host}' is not a name or address.");
        }

        if (proxy.Password is not null && string.IsNullOrEmpty(proxy.UserName))
        {
            yield return Problem("proxy.password", "A password is set without a user name; set proxy.userName.");
        }

        if (proxy.Kind == MqttProxyKind.Socks5
            && (Encoding.UTF8.GetByteCount(proxy.UserName ?? "") > MaxProxyWordBytes
                || Encoding.UTF8.GetByteCount(proxy.Password?.Reveal() ?? "") > MaxProxyWordBytes))
        {
            yield return Problem(
                "proxy.userName", $"SOCKS5 takes a user name and a password of at most {MaxProxyWordBytes} bytes.");
        }

        if (proxy.Kind == MqttProxyKind.HttpConnect && proxy.UserName?.Contains(':', StringComparison.Ordinal) == true)
        {
            yield return Problem(
                "proxy.userName", "It contains ':', which an HTTP proxy takes for the password's begin.");
        }
    }

    private static IEnumerable<SettingsProblem> FindWill(MqttWillSettings? will)
    {
        if (will is not null && !TopicName.IsValid(will.Topic, out var problem))
        {
            yield return Problem("will.topic", problem);
        }

        if (will is not null && Encoding.UTF8.GetByteCount(will.Payload) is > ushort.MaxValue and var bytes)
        {
            yield return Problem("will.payload", $"It has {bytes} bytes; MQTT allows {ushort.MaxValue} for a Will.");
        }
    }

    private static SettingsProblem Problem(string path, string message) => new($"settings.{path}", message);
}
