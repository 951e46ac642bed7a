using Meridian.Fixtures;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>The actor with a real broker.</summary>
public sealed class MosquittoActorTests
{
    private readonly NotifyRecorder _heard = new();

    [Theory]
    [InlineData(MqttProtocolVersion.V31)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Messages_AtEachQos_ComeBackInOrder(MqttProtocolVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var connection = Begin(server, version, TimeSpan.Zero);
        await _heard.ExpectAsync("connect False");
        connection.Subscribe("t/#", MqttQos.ExactlyOnce);
        await _heard.ExpectAsync("Subscribe 1 t/# q2");

        for (var i = 0; i < 30; i++)
        {
            connection.Publish(ActorStart.Message("t/a", $"{i}", (MqttQos)(i % 3)));
        }

        var messages = new List<string>();
        var outcomes = 0;
        while (messages.Count < 30 || outcomes < 30)
        {
            var next = await _heard.NextAsync();
            if (next.StartsWith("message", StringComparison.Ordinal))
            {
                messages.Add(next);
            }
            else
            {
                Assert.StartsWith("Publish", next, StringComparison.Ordinal);
                outcomes++;
            }
        }

        // Order is kept within a QoS; messages at QoS 2 travel longer.
        for (var qos = 0; qos < 3; qos++)
        {
            Assert.Equal(
                Enumerable.Range(0, 10).Select(i => $"message t/a={(3 * i) + qos} q{qos}"),
                messages.Where(text => text.EndsWith($"q{qos}", StringComparison.Ordinal)),
                StringComparer.Ordinal);
        }

        connection.Disconnect();
        await _heard.ExpectAsync("disconnect");
    }

    [Fact]
    public async Task Restart_OfTheServer_IsOutlivedByCallsAndSubscriptions()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var connection = Begin(server, MqttProtocolVersion.V311, TimeSpan.FromMilliseconds(50));
        await _heard.ExpectAsync("connect False");
        connection.Subscribe("t", MqttQos.AtLeastOnce);
        await _heard.ExpectAsync("Subscribe 1 t q1");

        await server.RestartAsync();
        await _heard.ExpectAsync("error SocketRetry");
        connection.Publish(ActorStart.Message("t", "late", MqttQos.AtLeastOnce));

        var found = new List<string>();
        while (!found.Contains("Publish 1 t", StringComparer.Ordinal)
            || !found.Contains("message t=late q1", StringComparer.Ordinal))
        {
            found.Add(await _heard.NextAsync());
        }

        Assert.Contains("connect False", found, StringComparer.Ordinal);
    }

    private MqttConnection Begin(MosquittoServer server, MqttProtocolVersion version, TimeSpan retry) => new(
        new MqttConnectionOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Version = version,
            RetryConnection = retry,
        },
        _heard,
        random: new NoDelay());
}
