using System.Globalization;
using System.Text;
using static Meridian.Mqtt.Interop.Tests.InteropClient;

namespace Meridian.Mqtt.Interop.Tests;

/// <content>What a broker allows and answers.</content>
public abstract partial class Version5Suite
{
    [Fact]
    public async Task KeepAlive_LongerThanTheServerAllows_IsTheServers()
    {
        await using var client = new MqttClient(Options with { KeepAlive = Hour });

        var result = await client.ConnectAsync();

        Assert.Equal(Abilities.ServerKeepAlive, result.ServerKeepAlive);
    }

    [Fact]
    public async Task MaximumPacketSize_OfTheServer_IsRefusedHere()
    {
        await using var client = new MqttClient(Options with { MaxPacketBytes = 64 * 1024 * 1024 });
        var result = await client.ConnectAsync();
        Assert.Equal(Abilities.MaximumPacketSize, result.MaximumPacketSize);
        if (Abilities.MaximumPacketSize is { } maximum)
        {
            var refusal = await Assert.ThrowsAsync<MqttRejectedException>(async () => await client.PublishAsync(
                $"{_name}/t", new byte[maximum], MqttQos.AtLeastOnce));
            Assert.Equal(MqttReasonCode.PacketTooLarge, refusal.ReasonCode);
        }

        await client.PublishAsync($"{_name}/t", new byte[1_000], MqttQos.AtLeastOnce);
    }

    [Fact]
    public async Task MaximumPacketSize_OfTheClient_KeepsLargerMessagesAwayOrEndsTheConnectionWithTheReason()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options with { MaxPacketBytes = 1_000 }, inbox);
        await client.SubscribeAsync([new($"{_name}/t", MqttQos.AtLeastOnce)]);
        await using var publisher = await ConnectAsync(Options);

        await publisher.PublishAsync($"{_name}/t", new byte[2_000], MqttQos.AtLeastOnce);
        await publisher.PublishAsync($"{_name}/t", new byte[500], MqttQos.AtLeastOnce);

        if (Abilities.KeepsMaximumPacketSize)
        {
            Assert.Equal(500, (await inbox.NextAsync()).Payload.Length);
            return;
        }

        var reason = Assert.IsType<MqttProtocolException>(await inbox.Lost);
        Assert.Equal(MqttReasonCode.PacketTooLarge, reason.ReasonCode);
    }

    [Fact]
    public async Task Publish_ThatNobodyHasSubscribedTo_SaysSo()
    {
        await using var client = await ConnectAsync(Options);

        var published = await client.PublishAsync($"{_name}/nobody", default, MqttQos.AtLeastOnce);

        Assert.Equal(Abilities.NobodyReason, published.ReasonCode);
    }

    [Fact]
    public async Task Session_TakenOverByAnother_TellsTheFirstAndIsNotFoughtFor()
    {
        var inbox = new Inbox();
        var options = Options with { ClientId = _name };
        await using var first = await ConnectAsync(
            options with { Reconnect = Abilities.SaysTakenOver ? new MqttReconnectOptions() : null }, inbox);

        await using var second = await ConnectAsync(options);

        var reason = Assert.IsType<MqttConnectionLostException>(await inbox.Lost);
        MqttReasonCode? expected = Abilities.SaysTakenOver ? MqttReasonCode.SessionTakenOver : null;
        Assert.Equal((expected, !Abilities.SaysTakenOver), (reason.ReasonCode, reason.IsTransient));
        await second.PublishAsync($"{_name}/t", default, MqttQos.AtLeastOnce);
    }

    [Fact]
    public async Task SharedSubscription_OfTwoClients_GivesEachMessageToOneOrIsRefusedHere()
    {
        const int Count = 100;
        var filter = $"$share/group/{_name}/t";
        await using var client = await ConnectAsync(Options);
        if (!Abilities.HasSharedSubscriptions)
        {
            var refusal = await Assert.ThrowsAsync<MqttRejectedException>(() => client.SubscribeAsync(filter));
            Assert.Equal(MqttReasonCode.SharedSubscriptionsNotSupported, refusal.ReasonCode);
            return;
        }

        var both = new Inbox();
        await using var one = await ConnectAsync(Options, both);
        await using var other = await ConnectAsync(Options, both);
        await one.SubscribeAsync([new(filter, MqttQos.AtLeastOnce)]);
        await other.SubscribeAsync([new(filter, MqttQos.AtLeastOnce), new($"{_name}/end", MqttQos.AtLeastOnce)]);
        for (var i = 0; i < Count; i++)
        {
            await client.PublishAsync($"{_name}/t", new[] { (byte)i }, MqttQos.AtLeastOnce);
        }

        var numbers = new List<int>();
        while (numbers.Count < Count)
        {
            numbers.Add((await both.NextAsync()).Payload[0]);
        }

        await client.PublishAsync($"{_name}/end", default, MqttQos.AtLeastOnce);
        Assert.Equal(Enumerable.Range(0, Count), numbers.Order());
        Assert.Equal($"{_name}/end", (await both.NextAsync()).Topic); // And no message a second time before it.
    }

    [Fact]
    public async Task Requests_OfOneClientToAnother_EachGetTheirAnswer()
    {
        await using var responder = await ConnectAsync(Options);
        await using var requests = await responder.SubscribeAsync($"{_name}/double");
        var answering = AnswerAsync();
        await using var client = await ConnectAsync(Options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.RequestAsync(
            $"{_name}/double",
            Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
            TimeSpan.FromSeconds(30))));

        Assert.Equal(Enumerable.Range(0, 50).Select(static i => 2 * i), answers.Select(Number));
        await requests.DisposeAsync();
        await answering;

        async Task AnswerAsync()
        {
            await foreach (var request in requests)
            {
                var text = (2 * Number(request)).ToString(CultureInfo.InvariantCulture);
                await responder.RespondAsync(request, Encoding.UTF8.GetBytes(text));
            }
        }

        static int Number(MqttReceivedMessage message) =>
            int.Parse(message.Payload.Span, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task SubscriptionOptions_AsAskedFor_AreObeyed()
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(Options, inbox);
        await using var other = await ConnectAsync(Options);
        await other.PublishAsync($"{_name}/kept", "old"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);

        await client.SubscribeAsync([new($"{_name}/+", MqttQos.AtLeastOnce)
        {
            NoLocal = true,
            RetainAsPublished = true,
            RetainHandling = MqttRetainHandling.DoNotSend,
        }]);
        await client.PublishAsync($"{_name}/own", "own"u8.ToArray(), MqttQos.AtLeastOnce);
        await other.PublishAsync($"{_name}/kept", "new"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);

        var message = await inbox.NextAsync(); // Neither the retained one nor its own.
        Assert.Equal(("new", true), (message.Text, message.IsRetained));
    }

    [Fact]
    public async Task Will_WithProperties_ArrivesWithThem()
    {
        var inbox = new Inbox();
        await using var watcher = await ConnectAsync(Options, inbox);
        await watcher.SubscribeAsync([new($"{_name}/state", MqttQos.AtLeastOnce)]);
        var will = new MqttWill
        {
            Topic = $"{_name}/state",
            Payload = "gone"u8.ToArray(),
            Properties = new MqttMessageProperties { ContentType = "text/plain", UserProperties = [new("k", "v")] },
        };
        await using var client = await ConnectAsync(Options with { Will = will });

        await client.DisconnectAsync(new MqttDisconnectOptions { SendWill = true });

        var message = await inbox.NextAsync();
        Assert.Equal(("gone", "text/plain"), (message.Text, message.Properties?.ContentType));
        Assert.Equal([new("k", "v")], message.Properties?.UserProperties ?? []);
    }

    [Fact]
    public async Task Will_WithADelay_IsNotPublishedForAClientThatReturns()
    {
        var inbox = new Inbox();
        await using var watcher = await ConnectAsync(Options, inbox);
        await watcher.SubscribeAsync([new($"{_name}/#", MqttQos.AtLeastOnce)]);
        var broken = new Inbox { IsBroken = true };
        var options = Options with
        {
            ClientId = _name,
            CleanSession = false,
            Will = new MqttWill { Topic = $"{_name}/state", Payload = "gone"u8.ToArray(), Delay = Hour },
        };
        await using var client = await ConnectAsync(options, broken);
        await client.SubscribeAsync([new($"{_name}-break", MqttQos.AtMostOnce)]);
        await watcher.PublishAsync($"{_name}-break", default);
        await broken.Lost;

        await using var again = new MqttClient(options);
        Assert.True((await again.ConnectAsync()).IsSessionPresent);
        await watcher.PublishAsync($"{_name}/end", default, MqttQos.AtLeastOnce);

        Assert.Equal($"{_name}/end", (await inbox.NextAsync()).Topic);
    }

    [Fact]
    public async Task ClientId_LeftToTheServer_IsHeardOf()
    {
        await using var client = new MqttClient(Options with { LetServerAssignClientId = true });

        var result = await client.ConnectAsync();

        Assert.NotEmpty(client.ClientId);
        Assert.Equal(client.ClientId, result.AssignedClientId);
    }

    [Fact]
    public async Task AuthenticationMethod_ThatTheServerDoesNotKnow_FailsWithTheReason()
    {
        await using var client = new MqttClient(
            Options with { Authenticator = new ScramSha256Authenticator("alice", "secret") });

        var refusal = await Assert.ThrowsAsync(Abilities.AuthenticationFault, () => client.ConnectAsync());

        Assert.True(refusal is not MqttConnectException { ReasonCode: not MqttReasonCode.BadAuthenticationMethod });
        Assert.False(client.IsConnected);
    }
}
