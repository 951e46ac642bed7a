using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>Streams against a broker that nobody here wrote.</summary>
public sealed class MosquittoStreamTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V50, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V50, MqttQos.ExactlyOnce)]
    public async Task SmallStream_AndABigOne_GetEverythingOnceInOrder(MqttProtocolVersion version, MqttQos qos)
    {
        const int Count = 3_000;
        await using var server = await MosquittoServer.StartAsync();
        var options = server.Options with
        {
            Version = version,
            ReceiveMaximum = 100,
            // This broker sends all that waits at the first PUBACK: in MQTT 5.0 too, reading pauses at the limit.
        };
        await using var client = new MqttClient(options);
        await client.ConnectAsync();
        await using var small = await client.SubscribeAsync(
            "t/+", qos, new MqttSubscriptionOptions { Capacity = 3 });
        await using var big = await client.SubscribeAsync(
            "#", qos, new MqttSubscriptionOptions { Capacity = Count });

        var publishing = Task.WhenAll(Enumerable.Range(0, Count).Select(i => client.PublishAsync(
            "t/x", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), qos).AsTask()));
        await ReadAsync(small, Count);
        await ReadAsync(big, Count);
        await publishing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((0L, 0L), (small.DroppedCount, big.DroppedCount));
    }

    [Fact]
    public async Task FullStream_LeavesTheOthersTheirMessages()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MqttClient(server.Options with { Version = MqttProtocolVersion.V50 });
        await client.ConnectAsync();
        await using var stuck = await client.SubscribeAsync("stuck", options: new() { Capacity = 1 });
        await using var quick = await client.SubscribeAsync("quick");
        for (var i = 0; i < 50; i++)
        {
            await client.PublishAsync("stuck", default, MqttQos.AtLeastOnce);
        }

        await using var messages = quick.GetAsyncEnumerator();
        for (var i = 0; i < 50; i++)
        {
            await client.PublishAsync("quick", default, MqttQos.AtLeastOnce);
            Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(ScriptedPeer.Deadline));
        }

        Assert.Equal(50, stuck.BufferedCount);
    }

    [Fact]
    public async Task ThousandStreams_OverARestart_EachGetTheirOwn()
    {
        const int Count = 1_000;
        await using var server = await MosquittoServer.StartAsync();
        var recorder = new Recorder();
        var options = server.Options with
        {
            Version = MqttProtocolVersion.V50,
            Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromSeconds(0.02) },
        };
        await using var client = new MqttClient(options, recorder);
        await client.ConnectAsync();
        var streams = await Task.WhenAll(
            Enumerable.Range(0, Count).Select(i => client.SubscribeAsync($"s/{i}")));
        Assert.Equal("connected False", await recorder.NextAsync());

        await server.RestartAsync();
        Assert.StartsWith("disconnected", await recorder.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("connected False", await recorder.NextAsync());
        await using var last = await client.SubscribeAsync("last"); // Behind the renewals that wait for the pace,
        foreach (var stream in streams)
        {
            // so that only the answer of the server says that this one is renewed too.
            await ArriveAsync(client, stream);
        }

        Assert.False(recorder.HasEvent);
    }

    private static async Task ArriveAsync(MqttClient client, MqttSubscription stream)
    {
        await using var messages = stream.GetAsyncEnumerator();
        var arriving = messages.MoveNextAsync().AsTask();
        for (var start = TimeProvider.System.GetTimestamp();
            !arriving.IsCompleted && TimeProvider.System.GetElapsedTime(start) < ScriptedPeer.Deadline;)
        {
            await client.PublishAsync(stream.Filter, default, MqttQos.AtLeastOnce);
        }

        Assert.True(await arriving.WaitAsync(ScriptedPeer.Deadline));
    }

    private static async Task ReadAsync(MqttSubscription stream, int count)
    {
        await using var messages = stream.GetAsyncEnumerator();
        var numbers = new List<int>();
        for (var i = 0; i < count; i++)
        {
            Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(ScriptedPeer.Deadline));
            numbers.Add(int.Parse(messages.Current.Payload.Span, CultureInfo.InvariantCulture));
        }

        Assert.Equal(Enumerable.Range(0, count), numbers);
    }
}
