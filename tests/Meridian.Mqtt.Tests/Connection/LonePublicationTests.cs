using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>One who awaits each publication lends the write loop his thread, and gets it back at once.</summary>
public sealed class LonePublicationTests
{
    private const int Tries = 10_000;
    private static readonly byte[] PubAck = [0x40, 2, 0, 0];

    [Fact]
    public async Task Publication_WithNothingElseOnItsWay_IsWrittenBeforeTheCallReturns()
    {
        var (end, server) = MemoryTransport.CreatePair();
        await using var transport = new WatchedTransport(end);
        await using var client = await ConnectAsync(transport, server);

        // The write loop may still be on its way to its wait when an acknowledgement is heard of: then it is woken.
        var isLent = false;
        for (var i = 0; i < Tries && !isLent; i++)
        {
            var before = transport.Writes;
            var publishing = client.PublishAsync("a", default, MqttQos.AtLeastOnce);
            isLent = transport.Writes > before && transport.LastThread == Environment.CurrentManagedThreadId;
            await AcknowledgeAsync(server);
            await publishing;
        }

        Assert.True(isLent, $"None of {Tries} lone publications was written on its caller's thread.");
    }

    [Fact]
    public async Task LentThread_WhenMoreGathersMeanwhile_IsGivenBackBeforeThatIsWritten()
    {
        var (end, server) = MemoryTransport.CreatePair();
        await using var transport = new WatchedTransport(end);
        await using var client = await ConnectAsync(transport, server);
        var isLent = false;
        for (var i = 0; i < Tries && !isLent; i++)
        {
            using var returned = new ManualResetEventSlim();
            var caller = Environment.CurrentManagedThreadId;
            var second = default(ValueTask<MqttPublishResult>);
            var writes = 0;
            var isInTime = true;
            transport.OnWrite = () =>
            {
                if (++writes == 1)
                {
                    isLent = caller == Environment.CurrentManagedThreadId && !returned.IsSet;
                    second = client.PublishAsync("b", default, MqttQos.AtLeastOnce);
                }
                else
                {
                    // With the caller's thread this would be the wait for itself.
                    isInTime &= returned.Wait(ScriptedPeer.Deadline);
                }
            };

            var first = client.PublishAsync("a", default, MqttQos.AtLeastOnce);
            returned.Set();
            await AcknowledgeAsync(server);
            await AcknowledgeAsync(server);
            await first;
            await second;
            transport.OnWrite = null;
            Assert.True(isInTime, "What gathered was written on the thread of a caller who had only lent it.");
        }

        Assert.True(isLent, $"None of {Tries} lone publications was written on its caller's thread.");
    }

    private static async Task<MqttClient> ConnectAsync(ITransport transport, MemoryTransport server)
    {
        var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("memory", 1883), ClientId = "c", Reconnect = null },
            receiver: null,
            logger: null,
            time: null,
            jitter: null,
            new Only(transport));
        var connecting = client.ConnectAsync();
        await ReadPacketAsync(server);
        await server.WriteAsync(new byte[] { 0x20, 2, 0, 0 }, CancellationToken.None);
        await connecting;
        return client;
    }

    private static async Task AcknowledgeAsync(MemoryTransport server)
    {
        var publish = await ReadPacketAsync(server);
        await server.WriteAsync(new byte[] { PubAck[0], PubAck[1], publish[^2], publish[^1] }, CancellationToken.None);
    }

    private static async Task<byte[]> ReadPacketAsync(MemoryTransport server)
    {
        while (true)
        {
            var read = await server.Input.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);
            var rest = read.Buffer;
            if (Frame.TryRead(ref rest, int.MaxValue, out var frame))
            {
                var body = frame.Body.ToArray();
                server.Input.AdvanceTo(rest.Start);
                return body;
            }

            server.Input.AdvanceTo(rest.Start, rest.End);
            Assert.False(read.IsCompleted, "The client closed.");
        }
    }

    private sealed class Only(ITransport transport) : ITransportConnector
    {
        public string? Awaited => null;

        public Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken) =>
            Task.FromResult(transport);
    }

    private sealed class WatchedTransport(MemoryTransport transport) : ITransport
    {
        private int _writes;
        private int _lastThread;

        public Action? OnWrite { get; set; }

        public int Writes => Volatile.Read(ref _writes);

        public int LastThread => Volatile.Read(ref _lastThread);

        public PipeReader Input => transport.Input;

        public EndPoint? LocalEndPoint => null;

        public EndPoint? RemoteEndPoint => null;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            Volatile.Write(ref _lastThread, Environment.CurrentManagedThreadId);
            Interlocked.Increment(ref _writes);
            OnWrite?.Invoke();
            return transport.WriteAsync(bytes, cancellationToken);
        }

        public ValueTask EndWritingAsync(CancellationToken cancellationToken) =>
            transport.EndWritingAsync(cancellationToken);

        public void Abort() => transport.Abort();

        public ValueTask DisposeAsync() => transport.DisposeAsync();
    }
}
