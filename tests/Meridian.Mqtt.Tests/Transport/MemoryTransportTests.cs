using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Transport;

public sealed class MemoryTransportTests
{
    [Fact]
    public async Task Pair_CarriesBytesBothWaysAndTheEnd()
    {
        var (client, server) = MemoryTransport.CreatePair();
        await client.WriteAsync(new byte[] { 1, 2 }, default);
        await server.WriteAsync(new byte[] { 3 }, default);
        await client.EndWritingAsync(default);

        var read = await server.Input.ReadAsync();
        Assert.Equal((2, true), ((int)read.Buffer.Length, read.IsCompleted));
        Assert.Equal(1, (await client.Input.ReadAsync()).Buffer.Length);
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Abort_WithAPendingRead_EndsItAndTheOtherEnd()
    {
        var (client, server) = MemoryTransport.CreatePair();
        var reading = client.Input.ReadAsync();

        client.Abort();

        await Assert.ThrowsAsync<IOException>(async () => await reading);
        Assert.True((await server.Input.ReadAsync()).IsCompleted);
        await client.DisposeAsync();
        await server.DisposeAsync();
    }
}
