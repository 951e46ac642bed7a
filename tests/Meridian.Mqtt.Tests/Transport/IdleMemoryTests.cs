using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>A figure of the whole process, so it runs alone.</summary>
[Collection(nameof(AllocationTests))]
public sealed class IdleMemoryTests
{
    private const int Count = 200;
    private const int Rounds = 4;
    private const int MaxBytesPerClient = 20 * 1024;

    [Fact]
    public async Task Clients_OnIdleTcp_HoldLittleMemory()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clients = new List<MqttClient>();
        var servers = new List<Socket>();
        await ConnectAsync(listener, clients, servers); // What is loaded once is not theirs.
        var ofServer = await SocketBytesAsync(listener); // Nor is the other end, which lives here too.

        // What other tests have left behind goes while this one looks, or comes: the best of some rounds, each with
        // clients of its own that all stay.
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > MaxBytesPerClient; round++)
        {
            var before = Settle();
            for (var i = 0; i < Count; i++)
            {
                await ConnectAsync(listener, clients, servers);
            }

            var perClient = ((Settle() - before) / Count) - ofServer;
            least = perClient > 0 ? Math.Min(least, perClient) : least; // Less than nothing is another's.
        }

        // One read buffer alone would be 64 KiB.
        Assert.InRange(least, 1, MaxBytesPerClient);
        servers.ForEach(server => server.Dispose()); // First, so that no client waits for the server to close.
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    /// <summary>What a socket takes that has received and sent a little, as those of the servers have.</summary>
    private static async Task<long> SocketBytesAsync(TcpListener listener)
    {
        var sockets = new List<Socket>();
        var before = Settle();
        for (var i = 0; i < Count; i++)
        {
            sockets.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
            await sockets[^1].ConnectAsync(listener.LocalEndpoint);
            sockets.Add(await listener.AcceptSocketAsync());
            await sockets[^2].SendAsync(new byte[100]);
            await sockets[^1].ReceiveAsync(new byte[100]);
            await sockets[^1].SendAsync(new byte[4]);
            await sockets[^2].ReceiveAsync(new byte[4]);
        }

        var perSocket = Math.Max(0, (Settle() - before) / sockets.Count);
        sockets.ForEach(static socket => socket.Dispose());
        return perSocket;
    }

    /// <summary>What is reachable, after finalizers have let go of what only they still held.</summary>
    private static long Settle()
    {
        var bytes = GC.GetTotalMemory(forceFullCollection: true);
        for (var last = long.MaxValue; bytes < last;)
        {
            last = bytes;
            GC.WaitForPendingFinalizers();
            bytes = GC.GetTotalMemory(forceFullCollection: true);
        }

        return bytes;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller does.")]
    private static async Task ConnectAsync(TcpListener listener, List<MqttClient> clients, List<Socket> servers)
    {
        var client = new MqttClient(new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port),
            Reconnect = null,
        });
        clients.Add(client);
        var connecting = client.ConnectAsync();
        var server = await listener.AcceptSocketAsync();
        servers.Add(server);
        await server.ReceiveAsync(new byte[100]); // CONNECT; the socket remembers the buffer, so it is small.
        await server.SendAsync("\x20\x02\x00\x00"u8.ToArray());
        await connecting;
    }
}
