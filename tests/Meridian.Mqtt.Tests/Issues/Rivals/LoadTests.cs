using System.Globalization;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>What makes other clients slow or large under load, counted in steps and bytes, not in seconds.</summary>
public sealed class LoadTests
{
    /// <summary>
    /// dotnet/MQTTnet#1124, #1861 (QoS 1 cannot keep up): a publication waits for the answer to the one before it.
    /// </summary>
    [Theory]
    [InlineData(MqttQos.AtLeastOnce, "32")]
    [InlineData(MqttQos.ExactlyOnce, "34")]
    public async Task Publications_ManyAtOnce_LeaveWithoutAnAnswerToTheFirst(MqttQos qos, string first)
    {
        const int Count = 500;
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { MaxInFlight = Count });
        await using var connection = await ConnectAsync(peer, client);

        var publishing = Enumerable.Range(0, Count)
            .Select(_ => client.PublishAsync("t", default, qos).AsTask()).ToArray();

        for (var i = 1; i <= Count; i++)
        {
            var packet = string.Create(CultureInfo.InvariantCulture, $"{first}05000174{i:X4}");
            Assert.Equal(packet, await connection.ReadAsync());
        }

        Assert.All(publishing, static one => Assert.False(one.IsCompleted));
    }

    /// <summary>
    /// dotnet/MQTTnet#2174 (idle clients slow the busy ones), and seen in the source of HiveMQ's client (a loop that
    /// wakes each 2 s) and of MQTTnet's (each 250 ms): a client that has nothing to do looks at its clock eight times
    /// per Keep Alive.
    /// </summary>
    [Fact]
    public async Task Client_ThatIsIdle_WakesEightTimesPerKeepAlive()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder, time: time);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());
        var before = time.FiredCount;

        for (var ping = 1; ping <= 10; ping++)
        {
            time.Advance(TimeSpan.FromSeconds(11.25));
            await connection.ExpectAsync("C000");
            await connection.SendAsync("D000 3003000161");
            Assert.Equal("a= q0", await recorder.NextAsync()); // Both are read before time goes on.
        }

        Assert.InRange(time.FiredCount - before, 10, 60); // In 112.5 s.
    }

    /// <summary>
    /// hivemq-mqtt-client-dotnet#379 (the queue of free identifiers grows), dotnet/MQTTnet#1947, #344, #1191: what is
    /// used again and again takes more memory each time.
    /// </summary>
    [Fact]
    public void PacketIdentifiers_RentedAndReturnedForEver_TakeNoMemory()
    {
        var identifiers = new PacketIdentifiers(ushort.MaxValue);
        Assert.True(identifiers.TryRent(out var first) && identifiers.Return(first)); // Makes the one table.
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000_000; i++)
        {
            Assert.True(identifiers.TryRent(out var identifier) && identifiers.Return(identifier));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, identifiers.InUse);
    }

    /// <summary>Seen in HiveMQ's source: a regular expression is compiled for each message, and topics are compared as
    /// a culture would.</summary>
    [Fact]
    public void Filter_ThatMatches_ComparesCharactersAndTakesNoMemory()
    {
        Assert.False(TopicFilter.Matches("plant/a", "plant/a\u00AD")); // A soft hyphen weighs nothing in a culture.
        Assert.False(TopicFilter.Matches("plant/\u00E9", "plant/e\u0301")); // One letter in two ways.
        Assert.False(TopicFilter.Matches("PLANT/+", "plant/a"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(TopicFilter.Matches("plant/+/line/#", "plant/one/line/a.b*c/x"));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
        return connection;
    }
}
