namespace Meridian.Mqtt.Interop.Tests.Brokers;

/// <summary>What carries the bytes to a broker.</summary>
public enum Carrier
{
    /// <summary>Plain TCP.</summary>
    Tcp,

    /// <summary>TLS, the broker's certificate of an authority that only the options know.</summary>
    Tls,

    /// <summary>TLS with a certificate of the client's, too.</summary>
    MutualTls,

    /// <summary>WebSocket.</summary>
    WebSocket,

    /// <summary>A Unix socket.</summary>
    UnixSocket,
}
