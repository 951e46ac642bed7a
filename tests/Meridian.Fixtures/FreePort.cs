using System.Net;
using System.Net.Sockets;

namespace Meridian.Fixtures;

/// <summary>Finds ports for servers that cannot tell which one they took.</summary>
public static class FreePort
{
    /// <summary>
    /// A TCP port of 127.0.0.1 that nothing listens on now. The system hands them out at random, so two askers hardly
    /// ever meet; a server of ours that can listen on port 0 does that instead.
    /// </summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
