using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Sdk;

/// <summary>What the engine lends a connector for its life. Any thread may use it.</summary>
public interface IConnectorContext
{
    /// <summary>The connector's name in the configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Whether this is a throw-away instance that tests settings: it takes an identity of its own at the peer, joins no
    /// shared subscription, and archives, moves or removes nothing. What it gives is shown and never stored.
    /// </summary>
    bool IsTest { get; }

    /// <summary>
    /// A folder for local things of this connector alone, such as a cache; made when it is missing. A test has one of
    /// its own, which goes with it. Nothing in it may be needed: a restored gateway comes without.
    /// </summary>
    string Folder { get; }

    /// <summary>The connector's logger.</summary>
    ILoggerFactory Loggers { get; }

    /// <summary>The clock. Use no other.</summary>
    TimeProvider Time { get; }

    /// <summary>The random source for jitter and identities; safe for several threads.</summary>
    Random Random { get; }

    /// <summary>The connection stands and data can flow.</summary>
    void ReportConnected();

    /// <summary>The connection is lost and the connector tries again by itself.</summary>
    /// <param name="fault">Why.</param>
    void ReportRetrying(ConnectorException fault);

    /// <summary>The connection is lost and the engine shall disconnect and connect again, with backoff.</summary>
    /// <param name="fault">Why.</param>
    void ReportLost(ConnectorException fault);
}
