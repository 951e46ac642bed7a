using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Mqtt;
using Meridian.Sdk;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>From settings to the client's options, and what is wrong with settings that no attribute can say.</summary>
internal static class ConnectionSetup
{
    /// <summary>The broker in words, for messages.</summary>
    public static string NameOf(MqttConnectionSettings settings) => $"{settings.Host}:{settings.Port}";

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
    public static MqttClientOptions OptionsOf(MqttConnectionSettings settings, string connectorName) => new()
    {
        Server = MqttServer.Tcp(settings.Host, settings.Port),
        ClientId = string.IsNullOrEmpty(settings.ClientId)
            ? DefaultClientId(settings, connectorName)
            : settings.ClientId,
        UserName = settings.UserName,
        Password = settings.Password is { } password ? Encoding.UTF8.GetBytes(password.Reveal()) : default,
        KeepAlive = settings.KeepAlive,
        ConnectTimeout = settings.ConnectTimeout,
        MaxPacketBytes = (int)settings.MaxPacketSize.Bytes,
        Reconnect = new MqttReconnectOptions
        {
            InitialDelay = Min(TimeSpan.FromMilliseconds(500), settings.MaxReconnectDelay),
            MaxDelay = settings.MaxReconnectDelay,
        },
    };

    /// <summary>
    /// Stable over restarts, so that the broker finds the session again, and different for every connector of every
    /// machine of a plant.
    /// </summary>
    public static string DefaultClientId(MqttConnectionSettings settings, string connectorName) =>
        $"meridian-{Environment.MachineName}-{(settings is MqttSouthSettings ? "south" : "north")}-{connectorName}";

    /// <summary>What is wrong.</summary>
    public static IEnumerable<SettingsProblem> Check(MqttConnectionSettings settings)
    {
        if (settings.Password is not null && string.IsNullOrEmpty(settings.UserName))
        {
            yield return new SettingsProblem(
                "settings.password",
                "A password is set without a user name, which MQTT 3.1.1 does not allow; set userName or leave it "
                + "out.");
        }

        if (settings.KeepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            yield return new SettingsProblem(
                "settings.keepAlive",
                $"The keep-alive of {settings.KeepAlive} is not in whole seconds; MQTT counts in those.");
        }

        if (settings.ClientId is { } clientId && clientId.Contains('\0', StringComparison.Ordinal))
        {
            yield return new SettingsProblem(
                "settings.clientId", "The client id contains the character U+0000, which MQTT forbids; leave it out.");
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
