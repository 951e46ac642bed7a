using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Mqtt;
using Meridian.Sdk;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>From settings to the client's options.</summary>
internal static class ConnectionSetup
{
    private const string DefaultPath = "/mqtt";

    /// <summary>The broker in words, for messages.</summary>
    public static string NameOf(MqttConnectionSettings settings) => ServerOf(settings) switch
    {
        { Transport: MqttTransport.UnixSocket } server => server.Path,
        var server => string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}"),
    };

    /// <summary>
    /// The options of a connector. A test has a Client Identifier of its own, because the live one would throw the
    /// running connector out.
    /// </summary>
    public static MqttClientOptions OptionsOf(MqttConnectionSettings settings, IConnectorContext context)
    {
        var live = OptionsOf(settings, context.Name);
        return context.IsTest
            ? live with { ClientId = $"meridian-test-{context.Random.GetHexString(8, lowercase: true)}" }
            : live;
    }

    /// <summary>The options that South and North have in common.</summary>
    public static MqttClientOptions OptionsOf(MqttConnectionSettings settings, string connectorName)
    {
        var isScram = settings.Authentication == MqttAuthentication.ScramSha256;
        return new MqttClientOptions
        {
            Server = ServerOf(settings),
            OtherServers = [.. settings.OtherServers.Select(MqttServer.Parse)],
            Version = VersionOf(settings.Version),
            AllowOlderVersion = settings.Version == MqttVersion.Newest,
            Tls = settings.Tls is { } tls ? ConnectionTls.OptionsOf(tls) : null,
            Proxy = ProxyOf(settings.Proxy),
            Will = WillOf(settings.Will),
            LocalAddress = settings.LocalAddress is { } address ? IPAddress.Parse(address) : null,
            ClientId = ClientIdOf(settings, connectorName),
            UserName = isScram ? null : settings.UserName,
            Password = !isScram && settings.Password is { } password
                ? Encoding.UTF8.GetBytes(password.Reveal())
                : default,
            Authenticator = isScram
                ? new ScramSha256Authenticator(settings.UserName ?? "", settings.Password?.Reveal() ?? "")
                : null,
            UserProperties =
                [.. settings.UserProperties.Select(static one => new MqttUserProperty(one.Key, one.Value))],
            KeepAlive = settings.KeepAlive,
            ConnectTimeout = settings.ConnectTimeout,
            AcknowledgementTimeout = settings.AcknowledgementTimeout,
            MaxPacketBytes = (int)settings.MaxPacketSize.Bytes,
            Reconnect = new MqttReconnectOptions
            {
                InitialDelay = Min(TimeSpan.FromMilliseconds(500), settings.MaxReconnectDelay),
                MaxDelay = settings.MaxReconnectDelay,
            },
        };
    }

    /// <summary>
    /// Stable over restarts, so that the broker finds the session again, and different for every connector of every
    /// machine of a plant.
    /// </summary>
    public static string ClientIdOf(MqttConnectionSettings settings, string connectorName)
    {
        var side = settings is MqttSouthSettings ? "south" : "north";
        return string.IsNullOrEmpty(settings.ClientId)
            ? $"meridian-{Environment.MachineName}-{side}-{connectorName}"
            : settings.ClientId;
    }

    /// <summary>The first server.</summary>
    public static MqttServer ServerOf(MqttConnectionSettings settings) => settings.Transport switch
    {
        MqttTransport.UnixSocket => MqttServer.Unix(settings.Host),
        MqttTransport.Tls => MqttServer.Tls(settings.Host, settings.Port ?? 8883),
        MqttTransport.WebSocket => MqttServer.Tcp(settings.Host, settings.Port ?? 80) with
        {
            Transport = MqttTransport.WebSocket,
            Path = settings.Path ?? DefaultPath,
        },
        MqttTransport.SecureWebSocket => MqttServer.Tcp(settings.Host, settings.Port ?? 443) with
        {
            Transport = MqttTransport.SecureWebSocket,
            Path = settings.Path ?? DefaultPath,
        },
        _ => MqttServer.Tcp(settings.Host, settings.Port ?? 1883),
    };

    private static MqttProtocolVersion VersionOf(MqttVersion version) => version switch
    {
        MqttVersion.V5 or MqttVersion.Newest => MqttProtocolVersion.V50,
        MqttVersion.V31 => MqttProtocolVersion.V31,
        _ => MqttProtocolVersion.V311,
    };

    private static MqttProxy? ProxyOf(MqttProxySettings? proxy) => proxy is null
        ? null
        : (proxy.Kind == MqttProxyKind.HttpConnect
            ? MqttProxy.Http(proxy.Host, proxy.Port ?? 8080)
            : MqttProxy.Socks5(proxy.Host, proxy.Port ?? 1080)) with
        {
            UserName = proxy.UserName,
            Password = proxy.Password?.Reveal() ?? "",
        };

    private static MqttWill? WillOf(MqttWillSettings? will) => will is null
        ? null
        : new MqttWill
        {
            Topic = will.Topic,
            Payload = Encoding.UTF8.GetBytes(will.Payload),
            Qos = (MqttQos)will.Qos,
            IsRetained = will.IsRetained,
            Delay = will.Delay,
        };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
