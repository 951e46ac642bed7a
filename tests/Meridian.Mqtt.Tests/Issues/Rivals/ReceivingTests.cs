using System.Buffers;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>What other clients do wrong with what they receive.</summary>
public sealed class ReceivingTests
{
    /// <summary>
    /// hivemq-mqtt-client-dotnet#336 (handlers on the thread pool), dotnet/MQTTnet#248, #369, #812, #1063.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-6")]
    public async Task Messages_OfOneServer_AreGivenOneAfterTheOtherInOrder()
    {
        const int Count = 2_000;
        await using var broker = await MqttTestBroker.StartAsync();
        var receiver = new OneByOne(Count);
        await using var client = new MqttClient(new MqttClientOptions { Server = broker.Server }, receiver);
        await client.ConnectAsync();
        await client.SubscribeAsync([new("t", MqttQos.ExactlyOnce)]);

        for (var i = 0; i < Count; i++)
        {
            broker.Publish("t", BitConverter.GetBytes(i), (MqttQos)(1 + (i % 2)));
        }

        await receiver.Done.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(Enumerable.Range(0, Count), receiver.Numbers);
        Assert.False(receiver.HasMet);
    }

    /// <summary>bytebeamio/rumqtt#846: manual acknowledgements leave in the order that the application gives them.</summary>
    [Fact]
    [Spec("3.1.1", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    public async Task Acknowledgements_GivenBackwards_LeaveInReceiveOrder()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        var options = peer.Options with { AcknowledgeMode = MqttAcknowledgeMode.ByApplication };
        await using var client = new MqttClient(options, recorder);
        await using var connection = await ConnectAsync(peer, client);
        await connection.SendAsync("32050001610009 34050001610003 32050001610007 34050001610001");
        var rights = new Stack<MqttAcknowledgement>();
        for (var i = 0; i < 4; i++)
        {
            rights.Push(await recorder.NextAcknowledgementAsync());
        }

        foreach (var right in rights)
        {
            client.Acknowledge(right);
        }

        await connection.ExpectAsync("40020009", "50020003", "40020007", "50020001");
    }

    /// <summary>dotnet/MQTTnet#648, #732: a handler that calls the client, even a request whose answer it awaits.</summary>
    [Fact]
    public async Task Handler_ThatCallsTheClient_GetsItsAnswers()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var answers = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        MqttClient? self = null;
        var recorder = new Recorder { OnText = _ => answers.TrySetResult(CallAsync(self!)) }; // Set before it is used.
        await using var client = self = new MqttClient(
            new MqttClientOptions { Server = broker.Server }, recorder);
        await client.ConnectAsync();
        await client.SubscribeAsync([new("t", MqttQos.AtMostOnce)]);
        broker.Publish("t", default);

        await (await answers.Task.WaitAsync(ScriptedPeer.Deadline)).WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(2, broker.CountReceived(MqttPacketType.Publish));

        static async Task CallAsync(MqttClient client)
        {
            await client.PublishAsync("x", default, MqttQos.ExactlyOnce);
            await client.SubscribeAsync([new("y", MqttQos.AtLeastOnce)]);
            await client.UnsubscribeAsync(["y"]);
            await client.PublishAsync("x", default, MqttQos.AtLeastOnce);
        }
    }

    /// <summary>
    /// Seen in the source of HiveMQ's client, the seed and rumqttc: the acknowledgement leaves before the handler has
    /// the message, so that a drop between loses it.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-4.3.2-2")]
    public async Task Acknowledgement_Automatic_WaitsForTheHandler()
    {
        await using var peer = new ScriptedPeer();
        using var isDone = new ManualResetEventSlim();
        var recorder = new Recorder { OnText = _ => isDone.Wait(ScriptedPeer.Deadline) };
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());
        await connection.SendAsync("32050001610001");
        Assert.Equal("a= q1", await recorder.NextAsync());

        await client.PublishAsync("x", default);
        await connection.ExpectAsync("3003000178"); // The writer works; it has nothing to acknowledge.
        isDone.Set();

        await connection.ExpectAsync("40020001");
    }

    /// <summary>
    /// The seed, MQTTnet's and rumqttc's source: a PUBLISH at QoS 2 that comes again is given to the application again; a
    /// PUBREL of what is unknown ends the connection.
    /// </summary>
    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-2")]
    public async Task Qos2_ThatComesAgain_IsGivenOnceAndAnsweredEachTime()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());

        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync(i == 0 ? "34050001610007" : "3C050001610007");
            await connection.ExpectAsync("50020007");
        }

        await connection.SendAsync("62020007 62020007");
        await connection.ExpectAsync("70020007", "70020007");
        await connection.SendAsync("34050001620007"); // Another message.
        await connection.ExpectAsync("50020007");
        Assert.Equal("a= q2", await recorder.NextAsync());
        Assert.Equal("b= q2", await recorder.NextAsync());
        Assert.False(recorder.HasEvent);
    }

    /// <summary>
    /// mqttjs/MQTT.js#2065 (security): a server that never releases makes the table of received identifiers grow without
    /// limit. Here it is a bit each, whatever it sends.
    /// </summary>
    [Fact]
    public void Qos2_NeverReleased_TakesABitForEachIdentifier()
    {
        var session = new InboundSession(10);
        var output = new ArrayBufferWriter<byte>(64);
        session.BeginConnection(isSessionPresent: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 3; round++)
        {
            for (var identifier = 1; identifier <= ushort.MaxValue; identifier++)
            {
                session.TryReceive((ushort)identifier, MqttQos.ExactlyOnce, isDuplicate: false, out var sequence);
                session.Acknowledge(session.Epoch, sequence);
                session.Release(output);
                output.ResetWrittenCount();
            }
        }

        // Two sets of 8 KiB, each grown by doubling.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    /// <summary>
    /// Seen in MQTT.js's source: the server's Maximum Packet Size is taken for the limit of what is received.
    /// </summary>
    [Fact]
    [Spec("5.0", "MQTT-3.2.2-15")]
    public async Task MaximumPacketSize_OfTheServer_BindsOnlyWhatIsSent()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, MaxPacketBytes = 300 }, recorder);
        await using var connection = await ConnectAsync(peer, client, "20 08  00 00  05  27 00000014");
        Assert.Equal("connected False", await recorder.NextAsync());

        await connection.SendAsync("30 68  0001 61  00" + string.Concat(Enumerable.Repeat("31", 100)));

        Assert.Equal($"a={new string('1', 100)} q0", await recorder.NextAsync());
        await Assert.ThrowsAsync<MqttRejectedException>(async () => await client.PublishAsync("t", new byte[100]));
    }

    private static async Task<PeerConnection> ConnectAsync(
        ScriptedPeer peer, MqttClient client, string connAck = "20020000")
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        await connecting;
        return connection;
    }

    /// <summary>Notes numbers, and whether two calls ever met.</summary>
    private sealed class OneByOne(int count) : IMqttReceiver
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _inside;

        public Task Done => _done.Task;

        public List<int> Numbers { get; } = [];

        public bool HasMet { get; private set; }

        public void OnMessage(in MqttMessage message)
        {
            HasMet |= Interlocked.Increment(ref _inside) != 1;
            Numbers.Add(BitConverter.ToInt32(message.Payload.FirstSpan));
            if (Numbers.Count == count)
            {
                _done.TrySetResult();
            }

            Interlocked.Decrement(ref _inside);
        }
    }
}
