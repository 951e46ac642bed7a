namespace Meridian.Connectors.Http.Client;

/// <summary>What is asked to see whether a server is there.</summary>
public enum HttpProbe
{
    /// <summary>HEAD of the address.</summary>
    Head,

    /// <summary>GET of the address.</summary>
    Get,

    /// <summary>Nothing; the first request shows it.</summary>
    None,
}
