using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Tests.Subscriptions;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>The steady path allocates nothing per message: figures of a whole process, so they run alone.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int Window = 100;
    private const int Batch = 500;
    private const int Count = 40 * Batch;

    // One object per message would be 24 bytes at least.
    private const double MaxBytesPerMessage = 2;

    // Until the compiler has made its last form of every method and the pools are filled, rounds still allocate; on a
    // busy machine that takes long. The first quiet round ends the test; a fault has none however long it takes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000", false)]
    [InlineData(MqttProtocolVersion.V50, "2003000000", false)]
    [InlineData(MqttProtocolVersion.V50, "2006000003220005", false)] // with aliases
    [InlineData(MqttProtocolVersion.V50, "2003000000", true)]
    [SuppressMessage("Reliability", "CA2025:Disposables in tasks", Justification = "The task is awaited before.")]
    public async Task PublishQos1_WindowFull_AllocatesNothingPerMessage(
        MqttProtocolVersion version, string connAck, bool hasProperties)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, Convert.FromHexString(connAck));
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port),
            Version = version,
            MaxInFlight = Window,
            Reconnect = null,
        };
        var properties = hasProperties
            ? new MqttMessageProperties { IsText = true, UserProperties = [new MqttUserProperty("a", "b")] }
            : null;
        await using (var client = new MqttClient(options))
        {
            await client.ConnectAsync();
            Assert.InRange(await LeastAsync(() => PublishAsync(client, properties), Count), 0, MaxBytesPerMessage);
        }

        await answering;
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000", "3205000161", "")]
    [InlineData(MqttProtocolVersion.V50, "2003000000", "3206000161", "00")]
    [InlineData(MqttProtocolVersion.V50, "2003000000", "3208000161", "020B05")] // of a subscription with identifier
    public async Task ReceiveQos1_BesideAStream_AllocatesNothingPerMessage(
        MqttProtocolVersion version, string connAck, string head, string properties)
    {
        await using var peer = new ScriptedPeer();
        var counter = new Counter();
        await using var client = new MqttClient(peer.Options with { Version = version }, counter);
        await using var connection = await peer.ConnectAsync(client, connAck);
        var subscribing = client.SubscribeAsync("other");
        await connection.ReadAsync();
        await connection.SendAsync(version == MqttProtocolVersion.V50 ? "900400010001" : "9003000101");
        await using var stream = await subscribing;
        var packets = Convert.FromHexString(
            string.Concat(Enumerable.Range(1, Batch).Select(i => $"{head}{i:X4}{properties}")));

        Assert.InRange(
            await LeastAsync(() => ReceiveAsync(connection, counter, packets), Count), 0, MaxBytesPerMessage);
    }

    /// <summary>The fewest bytes per message that a round has allocated: the rest of the process is not silent, so one
    /// quiet round proves it and a loud one proves nothing.</summary>
    private static async Task<double> LeastAsync(Func<Task> round, int messages)
    {
        var least = double.MaxValue;
        var start = TimeProvider.System.GetTimestamp();
        while (least > MaxBytesPerMessage && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await round();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)messages);
        }

        return least;
    }

    private static async Task ReceiveAsync(PeerConnection connection, Counter counter, byte[] packets)
    {
        counter.Expect(Count);
        for (var i = 0; i < Count / Batch; i++)
        {
            await connection.SendAsync(packets);
            await connection.SkipAsync(4 * Batch);
        }

        await counter.Done.WaitAsync(ScriptedPeer.Deadline);
    }

    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Each is awaited once.")]
    private static async Task PublishAsync(MqttClient client, MqttMessageProperties? properties)
    {
        var tasks = new ValueTask<MqttPublishResult>[Window];
        var payload = new byte[100];
        for (var i = 0; i < Count; i++)
        {
            await tasks[i % Window].ConfigureAwait(false); // The runner's context allocates for each continuation.
            tasks[i % Window] = properties is null
                ? client.PublishAsync("bench/topic", payload, MqttQos.AtLeastOnce)
                : client.PublishAsync("bench/topic", payload, MqttQos.AtLeastOnce, false, properties, default);
        }

        foreach (var task in tasks)
        {
            await task.ConfigureAwait(false);
        }
    }

    /// <summary>PUBACK for each packet, its identifier behind the topic; both lengths are one byte.</summary>
    private static async Task AnswerAsync(TcpListener listener, byte[] connAck)
    {
        using var socket = await listener.AcceptSocketAsync();
        var input = new byte[65_536];
        var output = new byte[65_536];
        await socket.ReceiveAsync(input);
        await socket.SendAsync(connAck);
        var have = 0;
        while (await socket.ReceiveAsync(input.AsMemory(have)) is var count and > 0)
        {
            have += count;
            var at = 0;
            var answered = 0;
            while (have - at >= 2 && have - at >= input[at + 1] + 2)
            {
                output[answered] = 0x40;
                output[answered + 1] = 2;
                input.AsSpan(at + 4 + input[at + 3], 2).CopyTo(output.AsSpan(answered + 2));
                answered += 4;
                at += input[at + 1] + 2;
            }

            input.AsSpan(at, have - at).CopyTo(input);
            have -= at;
            await socket.SendAsync(output.AsMemory(0, answered));
        }
    }

    private sealed class Counter : IMqttReceiver
    {
        private TaskCompletionSource _done = new();
        private int _left;

        public Task Done => _done.Task;

        public void Expect(int count)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _left = count;
        }

        public void OnMessage(in MqttMessage message)
        {
            if (--_left == 0)
            {
                _done.TrySetResult();
            }
        }
    }
}
