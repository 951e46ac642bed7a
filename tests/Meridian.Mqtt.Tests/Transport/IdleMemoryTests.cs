using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>A figure of the whole process, so it runs alone.</summary>
[Collection(nameof(AllocationTests))]
public sealed class IdleMemoryTests
{
    private const int Count = 200;

    // Two sockets of the framework take most of it; one read buffer alone would be 64 KiB.
    private const int MaxBytesPerTransport = 12 * 1024;

    [Fact]
    public async Task Transports_OnIdleTcp_HoldNoBuffers()
    {
        await using var peer = new ScriptedPeer();
        var connector = new ServerConnector(peer.Options, TimeProvider.System);
        var held = new List<IAsyncDisposable>();
        await OpenAsync(connector, peer, held); // What is loaded once is not theirs.
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Count; i++)
        {
            await OpenAsync(connector, peer, held);
        }

        // Their peers' sockets are counted too.
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Count, 0, MaxBytesPerTransport);
        foreach (var one in held)
        {
            await one.DisposeAsync();
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "At the end.")]
    private static async Task OpenAsync(ServerConnector connector, ScriptedPeer peer, List<IAsyncDisposable> held)
    {
        var transport = await connector.ConnectAsync(peer.Options.Server, default);
        var server = await peer.AcceptAsync();
        held.Add(server);
        held.Add(transport);
        await server.SendAsync("D000");
        var read = await transport.Input.ReadAsync();
        transport.Input.AdvanceTo(read.Buffer.End);
        _ = transport.Input.ReadAsync().AsTask(); // Waits like an idle link.
    }
}
