using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Interop.Tests.Brokers;
using static Meridian.Mqtt.Interop.Tests.InteropClient;

namespace Meridian.Mqtt.Interop.Tests;

/// <summary>What our client and a broker that nobody here wrote do with what only MQTT 5.0 has.</summary>
/// <param name="broker">The broker.</param>
public abstract partial class Version5Suite(BrokerFixture broker)
{
    private const int Few = 5;
    private const int Many = 50;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // Topics and Client Identifiers of one test; the broker and what it retains are shared.
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];

    private Version5Abilities Abilities =>
        broker.Abilities.Version5 ?? throw new InvalidOperationException("It does not speak 5.0.");

    private MqttClientOptions Options => broker.Options(MqttProtocolVersion.V50);

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Properties_OfAMessage_ArriveAsTheyWereSent(MqttQos qos)
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options, inbox);
        await client.SubscribeAsync([new($"{_name}/t", qos)]);
        var sent = new MqttMessageProperties
        {
            IsText = true,
            Expiry = Hour,
            ContentType = "text/plain; charset=utf-8",
            ResponseTopic = $"{_name}/answer",
            CorrelationData = new byte[] { 0, 255, 1 },
            UserProperties = [new("a", "1"), new("ü", "€"), new("a", "2")],
        };

        await client.PublishAsync(new MqttApplicationMessage
        {
            Topic = $"{_name}/t",
            Payload = "21.5"u8.ToArray(),
            Qos = qos,
            Properties = sent,
        });

        var message = await inbox.NextAsync();
        Assert.Equal(("21.5", qos), (message.Text, message.Qos));
        var properties = Assert.IsType<MqttMessageProperties>(message.Properties);
        Assert.True(properties.IsText);
        Assert.InRange(properties.Expiry ?? default, Hour - TimeSpan.FromMinutes(1), Hour);
        Assert.Equal((sent.ContentType, sent.ResponseTopic), (properties.ContentType, properties.ResponseTopic));
        Assert.Equal([0, 255, 1], properties.CorrelationData?.ToArray() ?? []);
        Assert.Equal(sent.UserProperties, properties.UserProperties);
    }

    [Fact]
    public async Task Expiry_OfARetainedMessage_EndsIt()
    {
        await using var client = await ConnectAsync(Options);
        await RetainAsync("short", TimeSpan.FromSeconds(1));
        await RetainAsync("long", Hour);

        // The broker's own clock takes it away; what has no short life stays.
        await Deadline.UntilAsync(
            async () => !(await KeptAsync()).Contains("short", StringComparer.Ordinal), "the message expires");

        Assert.Equal(["end", "long"], await KeptAsync());

        async Task RetainAsync(string name, TimeSpan expiry) => await client.PublishAsync(new MqttApplicationMessage
        {
            Topic = $"{_name}/{name}",
            Payload = Encoding.UTF8.GetBytes(name),
            Qos = MqttQos.AtLeastOnce,
            IsRetained = true,
            Properties = new MqttMessageProperties { Expiry = expiry },
        });

        async Task<List<string>> KeptAsync() =>
            [.. (await HearAsync(Options, $"{_name}/+", $"{_name}/end/x")).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Streams_WhoseFiltersOverlap_EachGetEveryMessageOnce()
    {
        const int Count = 20;
        await using var client = await ConnectAsync(Options);
        await using var wide = await client.SubscribeAsync($"{_name}/#", MqttQos.ExactlyOnce);
        await using var narrow = await client.SubscribeAsync($"{_name}/+", MqttQos.AtLeastOnce);

        var numbers = Enumerable.Range(0, Count)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{_name}/{i}")).ToList();
        foreach (var topic in numbers)
        {
            await client.PublishAsync(topic, default, MqttQos.ExactlyOnce);
        }

        await client.PublishAsync($"{_name}/deep/x", default, MqttQos.ExactlyOnce);
        await client.PublishAsync($"{_name}/end", default, MqttQos.ExactlyOnce);

        Assert.Equal([.. numbers, $"{_name}/deep/x", $"{_name}/end"], await ReadToEndAsync(wide));
        Assert.Equal([.. numbers, $"{_name}/end"], await ReadToEndAsync(narrow));
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Topic_SentAgainAndAgain_IsAnAliasFromTheSecondTimeOn(MqttQos qos)
    {
        const int Count = 50;
        var topic = $"{_name}/{new string('x', 2_000)}";
        var inbox = new Inbox();
        await using var receiver = await ConnectAsync(Options with { ClientId = $"{_name}-r" }, inbox);
        await receiver.SubscribeAsync([new($"{_name}/+", qos)]);
        await using var sender = await ConnectAsync(Options with { ClientId = $"{_name}-s" });
        using var sent = new WireBytes(sender.ClientId);
        using var received = new WireBytes(receiver.ClientId);

        for (var i = 0; i < Count; i++)
        {
            await sender.PublishAsync(topic, new[] { (byte)i }, qos);
        }

        for (var i = 0; i < Count; i++)
        {
            var message = await inbox.NextAsync();
            Assert.Equal((topic, (byte)i), (message.Topic, message.Payload[0]));
        }

        Assert.InRange(sent.Sent, topic.Length, 3 * topic.Length);
        Assert.Equal(Abilities.SendsTopicAliases, received.Received < 3 * topic.Length);
    }

    [Fact]
    public async Task Session_WhoseExpiryHasPassed_IsGone()
    {
        var options = Options with { ClientId = _name, CleanSession = false, SessionExpiry = TimeSpan.FromSeconds(1) };
        await using var other = new MqttClient(options with { ClientId = $"{_name}-l", SessionExpiry = Hour });
        await other.ConnectAsync();
        await other.DisconnectAsync();

        // Each look renews the session, so the waits grow until one of them is longer than its life and the broker's
        // own pace of looking.
        var isPresent = true;
        for (var wait = TimeSpan.Zero; isPresent; wait += TimeSpan.FromSeconds(2))
        {
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            await using (var client = await ConnectAsync(options))
            {
                await client.DisconnectAsync();
            }

            await Task.Delay(wait, TimeProvider.System);
            await using var again = new MqttClient(options);
            isPresent = (await again.ConnectAsync()).IsSessionPresent;
            Assert.True(isPresent || wait > TimeSpan.Zero); // At once it is still there.
        }

        Assert.True((await other.ConnectAsync()).IsSessionPresent);
    }

    [Fact]
    public async Task ReceiveMaximum_OfTheClient_IsKeptOrEndsTheConnectionWithTheReason()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(FewAtATime with { PauseAtReceiveMaximum = false }, inbox);
        await PublishManyAsync(client);

        var given = new List<Received> { await inbox.NextAsync() };
        await client.SubscribeAsync([new($"{_name}/other", MqttQos.AtLeastOnce)]); // Its answer comes behind them.
        while (inbox.HasMessage)
        {
            given.Add(await inbox.NextAsync());
        }

        Assert.InRange(given.Count, 1, Few);
        if (Abilities.KeepsReceiveMaximum)
        {
            await AcknowledgeAllAsync(client, inbox, given);
            return;
        }

        client.Acknowledge(given[0].Acknowledgement);
        var reason = Assert.IsType<MqttProtocolException>(await inbox.Lost);
        Assert.Equal(MqttReasonCode.ReceiveMaximumExceeded, reason.ReasonCode);
    }

    [Fact]
    public async Task ReceiveMaximum_WhereReadingPauses_IsNoBoundForTheServer()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(FewAtATime, inbox);
        await PublishManyAsync(client);

        await AcknowledgeAllAsync(client, inbox, []);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task ReceiveMaximum_OfTheServer_IsKeptByALargeWindow(MqttQos qos)
    {
        await using var client = new MqttClient(Options with { MaxInFlight = ushort.MaxValue });
        var result = await client.ConnectAsync();

        var publishing = Enumerable.Range(0, Math.Min(3 * Abilities.ReceiveMaximum, 5_000))
            .Select(_ => client.PublishAsync($"{_name}/t", default, qos).AsTask());

        Assert.Equal(Abilities.ReceiveMaximum, result.ReceiveMaximum);
        await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(client.IsConnected);
    }

    private MqttClientOptions FewAtATime =>
        Options with { ReceiveMaximum = Few, AcknowledgeMode = MqttAcknowledgeMode.ByApplication };

    private async Task PublishManyAsync(MqttClient to)
    {
        await to.SubscribeAsync([new($"{_name}/t", MqttQos.AtLeastOnce)]);
        await using var publisher = await ConnectAsync(Options);
        for (var i = 0; i < Many; i++)
        {
            await publisher.PublishAsync($"{_name}/t", new[] { (byte)i }, MqttQos.AtLeastOnce);
        }
    }

    private static async Task AcknowledgeAllAsync(MqttClient client, Inbox inbox, List<Received> given)
    {
        var numbers = new List<int>();
        while (numbers.Count < Many)
        {
            var message = numbers.Count < given.Count ? given[numbers.Count] : await inbox.NextAsync();
            numbers.Add(message.Payload[0]);
            client.Acknowledge(message.Acknowledgement);
        }

        Assert.Equal(Enumerable.Range(0, Many), numbers);
    }

    private static async Task<List<string>> ReadToEndAsync(MqttSubscription stream)
    {
        var topics = new List<string>();
        await foreach (var message in stream)
        {
            topics.Add(message.Topic);
            if (message.Topic.EndsWith("/end", StringComparison.Ordinal))
            {
                break;
            }
        }

        return topics;
    }
}
