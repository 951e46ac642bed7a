using System.Text;

namespace Meridian.Mqtt.Testing.Tests;

public sealed class MqttTestBrokerTests : IAsyncLifetime
{
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    public async Task Publish_AtEachQos_ArrivesAtTheLowerOfBoth(int published, int subscribed, int expected)
    {
        using var subscriber = await RawPeer.ConnectAsync(_broker, "sub");
        await subscriber.SendAsync(RawPeer.Subscribe(7, "a/+", subscribed));
        await subscriber.ExpectAsync($"90030007{subscribed:X2}");
        using var publisher = await RawPeer.ConnectAsync(_broker, "pub");

        await publisher.SendAsync(RawPeer.Publish("a/b", "21.5", published, 9));

        if (published == 1)
        {
            await publisher.ExpectAsync("40020009");
        }
        else if (published == 2)
        {
            await publisher.ExpectAsync("50020009");
            await publisher.SendAsync("62020009");
            await publisher.ExpectAsync("70020009");
        }

        await subscriber.ExpectAsync(RawPeer.Publish("a/b", "21.5", expected, 1));
        var message = Assert.Single(_broker.Received);
        Assert.Equal("pub", message.ClientId);
        Assert.Equal("21.5", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(published, (int)message.Qos);
    }

    [Fact]
    public async Task Publish_Qos2SentTwiceBeforeRelease_IsForwardedOnce()
    {
        using var publisher = await RawPeer.ConnectAsync(_broker, "pub");

        await publisher.SendAsync(RawPeer.Publish("t", "1", 2, 5), RawPeer.Publish("t", "1", 2, 5));

        await publisher.ExpectAsync("5002000550020005");
        Assert.Equal(1, _broker.MessageCount);
    }

    [Fact]
    public async Task Session_Persistent_KeepsWhatComesWhileItsClientIsAway()
    {
        using (var first = await RawPeer.ConnectAsync(_broker, "sub", isClean: false))
        {
            await first.SendAsync(RawPeer.Subscribe(1, "#", 1));
            await first.ExpectAsync("9003000101");
            await first.SendAsync("E000");
            await first.ExpectEndAsync();
        }

        _broker.Publish("a", "1"u8.ToArray(), MqttQos.AtLeastOnce);
        _broker.Publish("a", "lost"u8.ToArray());
        _broker.Publish("b", "2"u8.ToArray(), MqttQos.AtLeastOnce);

        using var second = await RawPeer.ConnectAsync(_broker, "sub", isClean: false, expectPresent: true);
        await second.ExpectAsync(RawPeer.Publish("a", "1", 1, 1));
        await second.ExpectAsync(RawPeer.Publish("b", "2", 1, 2));
    }

    [Fact]
    public async Task Session_UnacknowledgedAtLoss_IsSentAgainInOrderWithDup()
    {
        using (var first = await RawPeer.ConnectAsync(_broker, "sub", isClean: false))
        {
            await first.SendAsync(RawPeer.Subscribe(1, "#", 2));
            await first.ExpectAsync("9003000102");
            _broker.Publish("a", "1"u8.ToArray(), MqttQos.AtLeastOnce);
            _broker.Publish("a", "2"u8.ToArray(), MqttQos.ExactlyOnce);
            _broker.Publish("a", "3"u8.ToArray(), MqttQos.ExactlyOnce);
            await first.ExpectAsync(RawPeer.Publish("a", "1", 1, 1));
            await first.SendAsync("50020002");
            await _broker.WaitForAsync(() => _broker.CountSent(MqttPacketType.PubRel) == 1);
            _broker.Faults.CutConnection("sub");
        }

        using var second = await RawPeer.ConnectAsync(_broker, "sub", isClean: false, expectPresent: true);
        var again = RawPeer.Publish("a", "1", 1, 1);
        again[0] |= 0x08;
        await second.ExpectAsync(again);
        await second.ExpectAsync("62020002");
        again = RawPeer.Publish("a", "3", 2, 3);
        again[0] |= 0x08;
        await second.ExpectAsync(again);
    }

    [Fact]
    public async Task Connect_WithClientIdInUse_EndsTheOlderConnection()
    {
        using var older = await RawPeer.ConnectAsync(_broker, "same");

        using var newer = await RawPeer.ConnectAsync(_broker, "same");

        Assert.Empty(await older.ExpectEndAsync());
        await newer.SendAsync("C000");
        await newer.ExpectAsync("D000");
        Assert.Single(_broker.Sessions);
    }

    [Fact]
    public async Task Connect_UnknownVersion_IsRefusedWithCode1()
    {
        using var peer = await RawPeer.OpenAsync(_broker);
        var connect = RawPeer.Connect("x", 0x02);
        connect[8] = 9;

        await peer.SendAsync(connect);

        await peer.ExpectAsync("20020001");
        Assert.Empty(await peer.ExpectEndAsync());
    }

    [Fact]
    public async Task Connect_WithTheWrongPassword_IsRefusedWithCode4()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "plant", Password = "s3cret" });
        using var peer = await RawPeer.OpenAsync(broker);

        await peer.SendAsync(RawPeer.Connect("x", 0xC2, 0, "plant", "wrong"));

        await peer.ExpectAsync("20020004");
        Assert.Empty(await peer.ExpectEndAsync());
    }

    [Fact]
    public async Task Connect_WithTheRightPassword_IsAccepted()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "plant", Password = "s3cret" });
        using var peer = await RawPeer.OpenAsync(broker);

        await peer.SendAsync(RawPeer.Connect("x", 0xC2, 0, "plant", "s3cret"));

        await peer.ExpectAsync("20020000");
    }

    [Fact]
    public async Task KeepAlive_SilentClient_IsEndedAndItsWillPublished()
    {
        using var watcher = await RawPeer.ConnectAsync(_broker, "watcher");
        await watcher.SendAsync(RawPeer.Subscribe(1, "will", 0));
        await watcher.ExpectAsync("9003000100");
        using var silent = await RawPeer.OpenAsync(_broker);
        await silent.SendAsync(RawPeer.Connect("silent", 0x06, 1, "will", "gone"));
        await silent.ExpectAsync("20020000");

        await watcher.ExpectAsync(RawPeer.Publish("will", "gone"));

        Assert.Empty(await silent.ExpectEndAsync());
    }

    [Fact]
    public async Task Retained_LaterSubscriber_GetsTheLastOneUntilItIsCleared()
    {
        _broker.Publish("state", "old"u8.ToArray(), isRetained: true);
        _broker.Publish("state", "new"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);
        _broker.Publish("cleared", "x"u8.ToArray(), isRetained: true);
        _broker.Publish("cleared", default, isRetained: true);
        using var subscriber = await RawPeer.ConnectAsync(_broker, "sub");

        await subscriber.SendAsync(RawPeer.Subscribe(1, "#", 1));

        await subscriber.ExpectAsync("9003000101");
        await subscriber.ExpectAsync(RawPeer.Publish("state", "new", 1, 1, isRetained: true));
        Assert.Equal("state", Assert.Single(_broker.Retained).Topic);
    }

    [Fact]
    public async Task Queue_Full_DropsAndCounts()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { MaxQueuedMessages = 2 });
        using (var peer = await RawPeer.ConnectAsync(broker, "sub", isClean: false))
        {
            await peer.SendAsync(RawPeer.Subscribe(1, "#", 1));
            await peer.ExpectAsync("9003000101");
        }

        await broker.WaitForAsync(() => !broker.Sessions[0].IsConnected);
        for (var i = 0; i < 5; i++)
        {
            broker.Publish("a", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        }

        Assert.Equal(3, broker.DroppedCount);
        Assert.Equal(2, broker.Sessions[0].QueuedCount);
    }

    [Fact]
    public async Task Suspend_ThenResume_KeepsSessionsAndPort()
    {
        using var first = await RawPeer.ConnectAsync(_broker, "sub", isClean: false);

        await _broker.SuspendAsync();
        await first.ExpectEndAsync();
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => RawPeer.OpenAsync(_broker));
        _broker.Resume();

        using var second = await RawPeer.ConnectAsync(_broker, "sub", isClean: false, expectPresent: true);
    }

    [Fact]
    public async Task MalformedPacket_EndsOnlyItsConnection()
    {
        using var good = await RawPeer.ConnectAsync(_broker, "good");
        using var bad = await RawPeer.ConnectAsync(_broker, "bad");

        await bad.SendAsync("3606000161000161");

        Assert.Empty(await bad.ExpectEndAsync());
        await good.SendAsync("C000");
        await good.ExpectAsync("D000");
    }

    [Fact]
    public async Task WaitFor_NeverTrue_SaysWhatHadCome()
    {
        _broker.Publish("a", default);

        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => _broker.WaitForAsync(() => false, TimeSpan.FromMilliseconds(50)));

        Assert.Contains("1 messages were received", error.Message, StringComparison.Ordinal);
    }
}
