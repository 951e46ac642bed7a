namespace Meridian.Engine.Supervision;

/// <summary>Where a connector stands in its life.</summary>
public enum ConnectorState
{
    /// <summary>Not running, because the gateway stops or the connector is disabled.</summary>
    Stopped,

    /// <summary>Prepares local things.</summary>
    Starting,

    /// <summary>Connects to its peer.</summary>
    Connecting,

    /// <summary>The connection stands and data can flow.</summary>
    Running,

    /// <summary>
    /// Running, but something is not as it should be: the reason says what. It mends by itself or is being mended.
    /// </summary>
    Degraded,

    /// <summary>Something failed that may pass; it is tried again by itself, for ever.</summary>
    Retrying,

    /// <summary>The settings or rights cannot work; it waits until they are changed. Data waits for it.</summary>
    Failed,
}
