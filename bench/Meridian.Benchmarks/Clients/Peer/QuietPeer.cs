using System.Net.Sockets;

namespace Meridian.Benchmarks.Clients.Peer;

/// <summary>
/// What idle connections are measured against: any number of them at once, each answered only CONNACK and PINGRESP.
/// </summary>
internal static class QuietPeer
{
    private const int PacketBytes = 256;

    /// <summary>Serves until cancelled.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = WirePeer.Listen();
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptAsync(cancellationToken), cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    /// <summary>Idle clients wait for each answer, so one read brings one packet, whole.</summary>
    private static async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[PacketBytes];
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
                {
                    byte[] answer = (buffer[0] >> 4, buffer[8]) switch
                    {
                        (1, 5) => [0x20, 3, 0, 0, 0],
                        (1, _) => [0x20, 2, 0, 0],
                        (12, _) => [0xD0, 0],
                        _ => [],
                    };
                    if (answer.Length > 0)
                    {
                        await socket.SendAsync(answer, cancellationToken);
                    }
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // The client is gone, or the benchmark is.
            }
        }
    }
}
