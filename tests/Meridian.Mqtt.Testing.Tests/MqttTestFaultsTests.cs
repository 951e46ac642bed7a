namespace Meridian.Mqtt.Testing.Tests;

public sealed class MqttTestFaultsTests : IAsyncLifetime
{
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task DropReceived_TwoPublishes_LosesExactlyThose()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.DropReceived(MqttPacketType.Publish, 2);

        await peer.SendAsync(
            RawPeer.Publish("a", "1", 1, 1), RawPeer.Publish("a", "2", 1, 2), RawPeer.Publish("a", "3", 1, 3));

        await peer.ExpectAsync("40020003");
        Assert.Equal(1, _broker.MessageCount);
    }

    [Fact]
    public async Task DropSent_AnAcknowledgement_IsNotSent()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.DropSent(MqttPacketType.PubAck);

        await peer.SendAsync(RawPeer.Publish("a", "1", 1, 1), RawPeer.Publish("a", "2", 1, 2));

        await peer.ExpectAsync("40020002");
        Assert.Equal(2, _broker.MessageCount);
    }

    [Fact]
    public async Task CutAtReceived_AfterTwo_EndsBeforeTheThirdIsTaken()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.CutAtReceived(MqttPacketType.Publish, after: 2);

        await peer.SendAsync(RawPeer.Publish("a", "1"), RawPeer.Publish("a", "2"), RawPeer.Publish("a", "3"));

        await peer.ExpectEndAsync();
        Assert.Equal(2, _broker.MessageCount);
    }

    [Fact]
    public async Task CutAtSent_WithinAPacket_SendsItsFirstBytesOnly()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.CutAtSent(MqttPacketType.PubAck, after: 1, keptBytes: 3);

        await peer.SendAsync(RawPeer.Publish("a", "1", 1, 1), RawPeer.Publish("a", "2", 1, 2));

        Assert.Equal("40020001400200", Convert.ToHexString(await peer.ExpectEndAsync()));
    }

    [Fact]
    public async Task AcknowledgementDelay_Set_HoldsAcknowledgementsInOrderAndNothingElse()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.AcknowledgementDelay = TimeSpan.FromMilliseconds(100);

        await peer.SendAsync(RawPeer.Publish("a", "1", 1, 1), RawPeer.Publish("a", "2", 1, 2));
        await peer.SendAsync("C000");

        await peer.ExpectAsync("D0004002000140020002");
    }

    [Fact]
    public async Task RefuseConnects_Once_RefusesOnce()
    {
        _broker.Faults.RefuseConnects(MqttReasonCode.ServerUnavailable, count: 1);
        using var refused = await RawPeer.OpenAsync(_broker);
        await refused.SendAsync(RawPeer.Connect("a", 2));

        await refused.ExpectAsync("20020003");

        using var accepted = await RawPeer.ConnectAsync(_broker, "a");
    }

    [Fact]
    public async Task RefuseSubscription_OneFilter_AnswersFailureForItAlone()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "sub");
        _broker.Faults.RefuseSubscription("secret/#");

        await peer.SendAsync(RawPeer.Subscribe(1, "secret/#", 1), RawPeer.Subscribe(2, "open/#", 1));

        await peer.ExpectAsync("90030001809003000201");
    }

    [Fact]
    public async Task IsSilent_UntilCleared_AnswersNothing()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "pub");
        _broker.Faults.IsSilent = true;
        await peer.SendAsync("C000");
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PingReq) == 1);

        _broker.Faults.Clear();
        await peer.SendAsync(RawPeer.Publish("a", "1", 1, 1));

        await peer.ExpectAsync("40020001");
    }

    [Fact]
    public async Task CutConnections_AllClients_EndsThem()
    {
        using var one = await RawPeer.ConnectAsync(_broker, "one");
        using var two = await RawPeer.ConnectAsync(_broker, "two");

        _broker.Faults.CutConnections();

        await one.ExpectEndAsync();
        await two.ExpectEndAsync();
        Assert.Empty(_broker.Sessions);
    }
}
