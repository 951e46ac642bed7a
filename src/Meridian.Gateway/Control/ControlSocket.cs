using System.Net.Sockets;
using System.Text;

namespace Meridian.Gateway.Control;

/// <summary>
/// Where a running gateway is spoken to from its own machine: a Unix domain socket in its data folder. Who may open the
/// folder may control the gateway, and nobody else.
/// </summary>
internal static class ControlSocket
{
    /// <summary>What the system allows for the path, in bytes, with room for its end.</summary>
    private const int MaxPathBytes = 107;

    /// <summary>The socket of a data folder.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "control.sock");

    /// <summary>Whether the system can make it.</summary>
    public static bool Fits(string path) =>
        Socket.OSSupportsUnixDomainSockets && Encoding.UTF8.GetByteCount(path) <= MaxPathBytes;
}
