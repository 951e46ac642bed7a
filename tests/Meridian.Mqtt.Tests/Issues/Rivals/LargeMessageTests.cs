using System.Buffers;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>
/// Large messages in many pieces: bytes allocated are counted, since each copy of what has come needs a place. Figures
/// of a whole process, so they run alone.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class LargeMessageTests
{
    private const int Bytes = 8 << 20;
    private const int PieceBytes = 4 << 10;

    /// <summary>
    /// dotnet/MQTTnet#1160 (a hundred times slower than a rival), and the seed: what has come is copied again with each
    /// piece. 2,048 pieces would then copy 8 GiB.
    /// </summary>
    [Fact]
    public async Task Message_OfManyPieces_IsNotCopiedWithEachPiece()
    {
        var (near, far) = MemoryTransport.CreatePair();
        await using var server = far;
        var connector = new OneConnection(near);
        var receiver = new Counter();
        var options = new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1), Reconnect = null };
        await using var client = new MqttClient(
            options, receiver, logger: null, time: null, jitter: null, connector);
        var connecting = client.ConnectAsync();
        var connect = await server.Input.ReadAsync();
        server.Input.AdvanceTo(connect.Buffer.End);
        await server.WriteAsync(Convert.FromHexString("20020000"), CancellationToken.None);
        await connecting;

        var packet = new ArrayBufferWriter<byte>(Bytes + 100);
        PacketEncoder.WritePublish(packet, MqttProtocolVersion.V311, new PublishPacket
        {
            Topic = "t",
            Payload = new ReadOnlySequence<byte>(new byte[Bytes]),
        });
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var left = packet.WrittenMemory; !left.IsEmpty; left = left[Math.Min(PieceBytes, left.Length)..])
        {
            await server.WriteAsync(left[..Math.Min(PieceBytes, left.Length)], CancellationToken.None);
        }

        Assert.Equal(Bytes, await receiver.Length.WaitAsync(ScriptedPeer.Deadline));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4L * Bytes);
    }

    private sealed class OneConnection(ITransport transport) : ITransportConnector
    {
        public string? Awaited => null;

        public Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken) =>
            Task.FromResult(transport);
    }

    private sealed class Counter : IMqttReceiver
    {
        private readonly TaskCompletionSource<long> _length = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Length => _length.Task;

        public void OnMessage(in MqttMessage message) => _length.TrySetResult(message.Payload.Length);
    }
}
