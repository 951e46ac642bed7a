namespace Meridian.Mqtt.Hosting;

/// <summary>A named client of an application: how it connects and who hears what it receives.</summary>
public sealed class MqttHostingOptions
{
    /// <summary>The client's own options. Must be set.</summary>
    /// <value>Null by default; the start of the host then fails and names the client.</value>
    public MqttClientOptions? Client { get; set; }

    /// <summary>Makes who hears received messages, with the services of the application; null for a client that only
    /// publishes or uses subscriptions. Called once, with the client's first use.</summary>
    /// <value>Null by default.</value>
    public Func<IServiceProvider, IMqttReceiver>? Receiver { get; set; }

    /// <summary>True: the host's start fails when the first try to connect does. False: the host starts, and the client
    /// connects in the background, which its health shows; the first connection is tried for as <see
    /// cref="MqttClientOptions.Reconnect"/> says, like a lost one.</summary>
    /// <remarks>Waiting does not help where somebody must change something first, such as a password: then, and where
    /// <see cref="MqttClientOptions.Reconnect"/> is null, it is not tried again, which is logged as an error.</remarks>
    /// <value>False by default: an application outlives a broker that is away.</value>
    public bool MustConnectAtStart { get; set; }

    /// <summary>The client's options with what the host adds. <see cref="Client"/> is set; that was validated.
    /// </summary>
    internal MqttClientOptions ToClientOptions() => MustConnectAtStart || Client!.Reconnect is not { } reconnect
        ? Client!
        : Client with { Reconnect = reconnect with { CountsAtFirst = true } };
}
