using System.Globalization;
using System.Text;
using Meridian.Mqtt.Interop.Tests.Brokers;
using static Meridian.Mqtt.Interop.Tests.InteropClient;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>
/// What our client does with a broker that nobody here wrote, in one version of the protocol over one carrier. Most
/// brokers are slow to restart and do it once, in the newest version that they speak.
/// </summary>
/// <param name="broker">The broker.</param>
/// <param name="version">The version.</param>
/// <param name="carrier">What carries the bytes.</param>
public abstract class InteropSuite(BrokerFixture broker, MqttProtocolVersion version, Carrier carrier = Carrier.Tcp)
{
    private const int Count = 500;

    // Topics and Client Identifiers of one test; the broker and what it retains are shared. 3.1 allows 23 bytes.
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];

    private BrokerAbilities Abilities => broker.Abilities;

    private MqttClientOptions Options => broker.Options(version, carrier);

    // MQTT 3.1 cannot say whether a session is present.
    private bool KeepsSessionsVisibly => Abilities.KeepsSessions && version != MqttProtocolVersion.V31;

    [Fact]
    public async Task Connect_WithAWrongPassword_IsRefusedWithItsReason()
    {
        await using var client = new MqttClient(Options with { Password = "wrong"u8.ToArray() });

        var refusal = await Assert.ThrowsAsync<MqttConnectException>(() => client.ConnectAsync());

        Assert.Equal(Abilities.PasswordRefusal, refusal.ReasonCode);
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task Will_OfAClientThatBreaksDown_IsPublished()
    {
        var inbox = new Inbox();
        await using var watcher = await ConnectAsync(Options, inbox);
        await watcher.SubscribeAsync([new($"{_name}/state", MqttQos.AtLeastOnce)]);
        var will = new MqttWill { Topic = $"{_name}/state", Payload = "gone"u8.ToArray(), Qos = MqttQos.AtLeastOnce };
        await using var client = await ConnectAsync(Options with { Will = will }, new Inbox { IsBroken = true });
        await client.SubscribeAsync([new($"{_name}/break", MqttQos.AtMostOnce)]);

        await watcher.PublishAsync($"{_name}/break", default);

        Assert.Equal("gone", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task Will_OfAClientThatDisconnects_IsNotPublished()
    {
        var inbox = new Inbox();
        await using var watcher = await ConnectAsync(Options, inbox);
        await watcher.SubscribeAsync([new($"{_name}/#", MqttQos.AtLeastOnce)]);
        var will = new MqttWill { Topic = $"{_name}/state", Payload = "gone"u8.ToArray(), Qos = MqttQos.AtLeastOnce };
        await using (var client = await ConnectAsync(Options with { Will = will }))
        {
            await client.DisconnectAsync();
        }

        await watcher.PublishAsync($"{_name}/end", default, MqttQos.AtLeastOnce);

        Assert.Equal($"{_name}/end", (await inbox.NextAsync()).Topic);
    }

    [Fact]
    public async Task Retained_Message_ReachesALaterSubscriberUntilItIsCleared()
    {
        var topic = $"{_name}/kept";
        await using var publisher = await ConnectAsync(Options);
        await publisher.PublishAsync(topic, "one"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);
        await publisher.PublishAsync(topic, "two"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);
        var inbox = new Inbox();
        await using (var later = await ConnectAsync(Options, inbox))
        {
            await later.SubscribeAsync([new(topic, MqttQos.AtLeastOnce)]);

            var kept = await inbox.NextAsync();

            Assert.Equal(("two", true), (kept.Text, kept.IsRetained));
        }

        Assert.Equal(Abilities.FindsRetainedByWildcard ? ["two", "end"] : ["end"], await HearAsync($"{_name}/+"));

        await publisher.PublishAsync(topic, default, MqttQos.AtLeastOnce, isRetained: true);
        Assert.Equal(["end"], await HearAsync(topic));
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Messages_OfOneQos_ComeBackInOrder(MqttQos qos) => await SendAndReceiveAsync(qos);

    [Fact]
    public async Task Messages_AtQos2_ComeBackInOrderOrAreRefusedWithAReason()
    {
        if (Abilities.HasQos2)
        {
            await SendAndReceiveAsync(MqttQos.ExactlyOnce);
            return;
        }

        await using var client = await ConnectAsync(Options);
        var granted = await client.SubscribeAsync([new($"{_name}/t", MqttQos.ExactlyOnce)]);
        var refusal = await Assert.ThrowsAsync(
            Abilities.Qos2Fault!, async () => await client.PublishAsync($"{_name}/t", default, MqttQos.ExactlyOnce));

        Assert.Equal(MqttQos.AtLeastOnce, granted[0].GrantedQos);
        Assert.True(((MqttException)refusal).IsTransient);
        await client.DisconnectAsync();
        await client.ConnectAsync(); // Refused, not wedged.
        await client.PublishAsync($"{_name}/t", default, MqttQos.AtLeastOnce);
    }

    [Fact]
    public async Task Payload_ThatIsLarge_ComesBackWhole()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options, inbox);
        await client.SubscribeAsync([new($"{_name}/big", MqttQos.AtLeastOnce)]);
        var payload = new byte[carrier == Abilities.SlowCarrier ? 100_000 : 10_000_000];
        new Random(10).NextBytes(payload);

        await client.PublishAsync($"{_name}/big", payload, MqttQos.AtLeastOnce);

        var received = await inbox.NextAsync();
        Assert.True(payload.AsSpan().SequenceEqual(received.Payload));
    }

    [Fact]
    public async Task Subscriptions_OneThousand_EachGetTheirMessage()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options with { MaxInFlight = 50 }, inbox);
        var filters = Enumerable.Range(0, 1_000)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{_name}/{i}/+")).ToArray();
        foreach (var some in filters.Chunk(100))
        {
            var granted = await client.SubscribeAsync([.. some.Select(
                static filter => new MqttSubscriptionRequest(filter, MqttQos.AtLeastOnce))]);
            Assert.All(granted, static one => Assert.True(one.IsGranted));
        }

        await Task.WhenAll(filters.Select(
            filter => client.PublishAsync(filter.Replace('+', 'x'), default, MqttQos.AtLeastOnce).AsTask()));

        var heard = new HashSet<string>(StringComparer.Ordinal);
        foreach (var _ in filters)
        {
            Assert.True(heard.Add((await inbox.NextAsync()).Topic));
        }

        foreach (var some in filters.Chunk(100))
        {
            await client.UnsubscribeAsync(some);
        }
    }

    [Fact]
    public async Task Session_OfAClientThatIsAway_GivesWhatItMissed()
    {
        var options = Options with { ClientId = _name, CleanSession = false };
        await using (var before = await ConnectAsync(options))
        {
            await before.SubscribeAsync([new($"{_name}/t", MqttQos.AtLeastOnce)]);
        }

        await using (var publisher = await ConnectAsync(Options))
        {
            await publisher.PublishAsync($"{_name}/t", "missed"u8.ToArray(), MqttQos.AtLeastOnce);
        }

        var inbox = new Inbox();
        await using var after = new MqttClient(options, inbox);
        var result = await after.ConnectAsync();

        Assert.Equal(version != MqttProtocolVersion.V31, result.IsSessionPresent); // 3.1 cannot say it.
        Assert.Equal("missed", (await inbox.NextAsync()).Text);
    }

    /// <summary>A refusal is a CONNACK that says so, or the end of the connection without one.</summary>
    protected async Task RefuseVersionAsync<TRefusal>(MqttProtocolVersion refused)
        where TRefusal : MqttException
    {
        await using var client = new MqttClient(broker.Options(refused));

        MqttException refusal = await Assert.ThrowsAsync<TRefusal>(() => client.ConnectAsync());

        Assert.True(refusal is not MqttConnectException { ReasonCode: not MqttReasonCode.UnsupportedProtocolVersion });
    }

    protected async Task RestartAsync()
    {
        var away = Options with { ClientId = _name, CleanSession = false };
        await using (var before = await ConnectAsync(away))
        {
            await before.SubscribeAsync([new($"{_name}/away", MqttQos.AtLeastOnce)]);
        }

        var inbox = new Inbox();
        var reconnect = new MqttReconnectOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(500),
        };
        await using var stays = new MqttClient(
            Options with { ClientId = $"{_name}-s", CleanSession = false, Reconnect = reconnect }, inbox);
        await stays.ConnectAsync();
        Assert.False(await inbox.ConnectedAsync());
        await stays.SubscribeAsync([new($"{_name}/stays", MqttQos.AtLeastOnce)]);
        await stays.PublishAsync($"{_name}/away", "before"u8.ToArray(), MqttQos.AtLeastOnce);
        await stays.PublishAsync($"{_name}/kept", "kept"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);

        await broker.Server.StopAsync();
        await inbox.Lost;
        var late = stays.PublishAsync($"{_name}/stays", "late"u8.ToArray(), MqttQos.AtLeastOnce).AsTask();
        await broker.Server.RestartAsync();

        Assert.Equal(KeepsSessionsVisibly, await inbox.ConnectedAsync());
        await late.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("late", (await inbox.NextAsync()).Text); // The subscription was kept or renewed.
        await LookAfterRestartAsync(away);
    }

    private async Task LookAfterRestartAsync(MqttClientOptions away)
    {
        var inbox = new Inbox();
        await using var back = new MqttClient(away, inbox);
        Assert.Equal(KeepsSessionsVisibly, (await back.ConnectAsync()).IsSessionPresent);
        if (Abilities.KeepsSessions)
        {
            Assert.Equal("before", (await inbox.NextAsync()).Text);
        }

        Assert.Equal(Abilities.KeepsRetained ? ["kept", "end"] : ["end"], await HearAsync($"{_name}/kept"));
    }

    private Task<List<string>> HearAsync(string filter) => InteropClient.HearAsync(Options, filter, $"{_name}/end/x");

    private async Task SendAndReceiveAsync(MqttQos qos)
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options with { MaxInFlight = 50 }, inbox);
        var granted = await client.SubscribeAsync([new($"{_name}/+", qos)]);
        Assert.Equal(qos, granted[0].GrantedQos);

        var publishes = Enumerable.Range(0, Count).Select(i => client.PublishAsync(
            $"{_name}/x", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), qos).AsTask());
        await Task.WhenAll(publishes).WaitAsync(TimeSpan.FromSeconds(30));

        for (var i = 0; i < Count; i++)
        {
            var message = await inbox.NextAsync();
            Assert.Equal((i.ToString(CultureInfo.InvariantCulture), qos), (message.Text, message.Qos));
        }
    }
}
