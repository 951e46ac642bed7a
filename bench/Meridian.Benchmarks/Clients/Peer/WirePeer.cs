using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Benchmarks.Clients.Peer;

/// <summary>
/// What the clients are measured against, in a process of its own: a sink that acknowledges, and a source that
/// publishes at the asked QoS from the first SUBSCRIBE on until the client leaves. One connection after the other.
/// </summary>
internal static class WirePeer
{
    /// <summary>The line that names the port begins so.</summary>
    public const string ListeningWord = "listening ";

    /// <summary>The line that ends a connection begins so; PUBLISH packets received and sent follow.</summary>
    public const string LeftWord = "left ";

    /// <summary>Serves until cancelled.</summary>
    public static void Run(CancellationToken cancellationToken)
    {
        using var listener = Listen();
        using var registration = cancellationToken.UnsafeRegister(
            static listener => ((Socket)listener!).Dispose(), listener); // Never null: it is passed here.
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = listener.Accept();
                socket.NoDelay = true;
                var connection = new WireConnection(socket);
                connection.Run(cancellationToken);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{LeftWord}{connection.Received} {connection.Publishes?.Sent ?? 0}"));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException
                && cancellationToken.IsCancellationRequested)
            {
                return; // Cancelling closes the listener.
            }
        }
    }

    /// <summary>Listens on a free port of 127.0.0.1 and says which.</summary>
    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1_024);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port; // Bound just now.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ListeningWord}{port}"));
        return listener;
    }
}
