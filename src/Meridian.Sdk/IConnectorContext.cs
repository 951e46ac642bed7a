using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Sdk;

/// <summary>What the engine lends a connector for its life. Any thread may use it.</summary>
public interface IConnectorContext
{
    /// <summary>The connector's name in the configuration.</summary>
    string Name { get; }

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
