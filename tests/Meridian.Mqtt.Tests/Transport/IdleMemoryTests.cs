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
    private const int MaxBytesPerClient = 20 * 1024;

    [Fact]
    public async Task Clients_OnIdleTcp_HoldLittleMemory()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clients = new List<MqttClient>();
        var servers = new List<Socket>();
        await ConnectAsync(listener, clients, servers); // What is loaded once is not theirs.
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Count; i++)
        {
            await ConnectAsync(listener, clients, servers);
        }

        // The servers' sockets are counted too; one read buffer alone would be 64 KiB.
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Count, 0, MaxBytesPerClient);
        servers.ForEach(server => server.Dispose()); // First, so that no client waits for the server to close.
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
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
