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
    /// is tried again in the background, which its health shows.</summary>
    /// <value>False by default: an application outlives a broker that is away.</value>
    public bool MustConnectAtStart { get; set; }

    /// <summary>How long to wait between two tries while the first connection is not made. Later losses are the
    /// client's own <see cref="MqttClientOptions.Reconnect"/>.</summary>
    /// <value>5 s by default.</value>
    public TimeSpan FirstConnectRetry { get; set; } = TimeSpan.FromSeconds(5);
}
