namespace Meridian.Mqtt.Testing.Tests;

public sealed class ScriptedFaultTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() =>
        _broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { Time = _clock });

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Fault_OfOneClientAndTopic_StrikesNoOther()
    {
        using var one = await RawPeer.ConnectAsync(_broker, "one");
        using var two = await RawPeer.ConnectAsync(_broker, "two");
        var fault = _broker.Faults.OnReceived(MqttPacketType.Publish).Client("one").Topic("a/#").Always().Drop();

        await two.SendAsync(RawPeer.Publish("a/1", "1", 1, 1));
        await one.SendAsync(
            RawPeer.Publish("b", "2", 1, 1), RawPeer.Publish("a/1", "lost", 1, 2), RawPeer.Publish("b", "3", 1, 3));

        await two.ExpectAsync("40020001");
        await one.ExpectAsync("4002000140020003");
        Assert.Equal(1, fault.StruckCount);
        Assert.Same(fault, Assert.Single(_broker.Packets, static packet => packet.Fault is not null).Fault);
    }

    [Fact]
    public async Task Fault_WithTimes_StrikesWithinThemOnly()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnReceived(MqttPacketType.Publish)
            .StartingIn(TimeSpan.FromSeconds(1)).Lasting(TimeSpan.FromSeconds(2)).Always().Drop();

        await peer.SendAsync(RawPeer.Publish("t", "0", 1, 1));
        await peer.ExpectAsync("40020001");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await peer.SendAsync(RawPeer.Publish("t", "lost", 1, 2));
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.Publish) == 2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await peer.SendAsync(RawPeer.Publish("t", "2", 1, 3));

        await peer.ExpectAsync("40020003");
    }

    [Fact]
    public async Task CutAfter_Received_TakesThePacketAndSendsNoAnswer()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnReceived(MqttPacketType.Publish).CutAfter();

        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1));

        Assert.Empty(await peer.ExpectEndAsync());
        Assert.Equal(1, _broker.MessageCount);
    }

    [Fact]
    public async Task CutAfter_Sent_SendsItAndNothingMore()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnSent(MqttPacketType.PubAck).CutAfter();

        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1), RawPeer.Publish("t", "2", 1, 2));

        Assert.Equal("40020001", Convert.ToHexString(await peer.ExpectEndAsync()));
    }

    [Fact]
    public async Task CutWithin_EachByteOfAPacket_SendsExactlySoMany()
    {
        for (var kept = 0; kept <= 4; kept++)
        {
            using var peer = await RawPeer.ConnectAsync(_broker, "c");
            _broker.Faults.OnSent(MqttPacketType.PubAck).CutWithin(kept);

            await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1));

            Assert.Equal("40020001"[..(2 * kept)], Convert.ToHexString(await peer.ExpectEndAsync()));
        }
    }

    [Fact]
    public async Task Duplicate_BothWays_ComesTwice()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnReceived(MqttPacketType.Publish).Duplicate();
        _broker.Faults.OnSent(MqttPacketType.PubAck).Duplicate();

        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1));

        await peer.ExpectAsync("400200014002000140020001");
        Assert.Equal(2, _broker.MessageCount);
    }

    [Fact]
    public async Task WithPacketIdentifier_OnPubAck_AcknowledgesAnother()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnSent(MqttPacketType.PubAck).WithPacketIdentifier(0x1234);

        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1));

        await peer.ExpectAsync("40021234");
    }

    [Fact]
    public async Task WithReasonCode_OnSubAckAndPubAck_RefusesThem()
    {
        var (peer, _) = await RawPeer5.ConnectAsync(_broker, "c");
        using var connected = peer;
        _broker.Faults.OnSent(MqttPacketType.SubAck).WithReasonCode(MqttReasonCode.QuotaExceeded);
        _broker.Faults.OnSent(MqttPacketType.PubAck).WithReasonCode(MqttReasonCode.QuotaExceeded);

        await peer.SendAsync(RawPeer5.Subscribe(1, "#", 0), RawPeer5.Publish("t", "1", 1, 1));

        await peer.ExpectAsync("900400010097");
        Assert.Equal(MqttPacketType.Publish, (await RawPeer5.ReadAsync(peer)).Type);
        await peer.ExpectAsync("4003000197");
    }

    [Fact]
    public async Task Alter_AnyBytes_GoOutInstead()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnSent(MqttPacketType.PingResp).Alter(static _ => new byte[] { 0xFF, 0xFF });

        await peer.SendAsync("C000");

        await peer.ExpectAsync("FFFF");
    }

    [Fact]
    public async Task Delay_Sent_HoldsItsKindInOrderAndNothingElse()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        _broker.Faults.OnSent(MqttPacketType.PubAck).Delay(TimeSpan.FromSeconds(5));

        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1), RawPeer.Publish("t", "2", 1, 2));
        await peer.SendAsync("C000");
        await peer.ExpectAsync("D000");
        _clock.Advance(TimeSpan.FromSeconds(5));

        await peer.ExpectAsync("4002000140020002");
    }

    [Fact]
    public async Task Delay_Received_HoldsAllThatFollows()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        var fault = _broker.Faults.OnReceived(MqttPacketType.Publish).Delay(TimeSpan.FromSeconds(5));

        await peer.SendAsync([.. RawPeer.Publish("t", "1", 1, 1), 0xC0, 0x00]);
        await _broker.WaitForAsync(() => fault.StruckCount == 1);
        Assert.Equal(0, _broker.MessageCount);
        _clock.Advance(TimeSpan.FromSeconds(5));

        await peer.ExpectAsync("40020001D000");
    }

    [Fact]
    public async Task StopReading_UntilResumed_LeavesAllWithTheClient()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c", keepAlive: 1);
        _broker.Faults.StopReading("c");
        await peer.SendAsync(RawPeer.Publish("t", "1", 1, 1));
        using var other = await RawPeer.ConnectAsync(_broker, "other");
        await other.SendAsync("C000");
        await other.ExpectAsync("D000");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _broker.MessageCount);

        _broker.Faults.ResumeReading();

        await peer.ExpectAsync("40020001");
    }

    [Fact]
    public async Task SendRaw_AnyBytes_ReachTheClient()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");

        Assert.True(_broker.SendRaw("c", [0x00, 0x01]));

        await peer.ExpectAsync("0001");
        Assert.False(_broker.SendRaw("nobody", [0x00]));
    }

    [Fact]
    public async Task RefuseConnects_Version5_SaysWhyAndWhere()
    {
        _broker.Faults.RefuseConnects(MqttReasonCode.ServerMoved, 1, "gone", "b:1");

        var (peer, connAck) = await RawPeer5.ConnectAsync(_broker, "c");
        using var refused = peer;

        Assert.Equal((MqttReasonCode.ServerMoved, "gone"), (connAck.ReasonCode, connAck.ReasonString));
        Assert.EndsWith("1C0003623A31", Convert.ToHexString(connAck.Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_SetAfterItsDeed_IsRefused()
    {
        var fault = _broker.Faults.OnSent(MqttPacketType.PubAck).Drop();

        Assert.Throws<InvalidOperationException>(() => fault.Times(3));
        Assert.Throws<InvalidOperationException>(
            () => _broker.Faults.OnReceived(MqttPacketType.Publish).CutWithin(1));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ForgetSession_OfAClientThatIsAway_MakesItUnknown()
    {
        using (await RawPeer.ConnectAsync(_broker, "c", isClean: false))
        {
            Assert.True(_broker.ForgetSession("c"));
        }

        using var again = await RawPeer.ConnectAsync(_broker, "c", isClean: false, expectPresent: false);
    }

    [Fact]
    public async Task Packets_OfOneFlow_AreSeenInOrderWithTheirFields()
    {
        using var peer = await RawPeer.ConnectAsync(_broker, "c");
        await peer.SendAsync(RawPeer.Publish("t", "1", 2, 9));
        await peer.ExpectAsync("50020009");
        await peer.SendAsync("62020009");
        await peer.ExpectAsync("70020009");

        var release = await _broker.WaitForPacketAsync(static packet => packet.Type == MqttPacketType.PubRel);

        Assert.Equal(9, release.PacketIdentifier);
        Assert.Equal(
            [
                MqttPacketType.Connect, MqttPacketType.ConnAck, MqttPacketType.Publish, MqttPacketType.PubRec,
                MqttPacketType.PubRel, MqttPacketType.PubComp,
            ],
            _broker.Packets.Select(static packet => packet.Type));
        Assert.Equal("c", _broker.Packets[0].Connect?.ClientId);
        Assert.Equal("#3 'c' → broker Publish 9 't' QoS 2, 1 bytes", _broker.Packets[2].ToString());
    }

    [Fact]
    public void PacketType_PublicAndOfTheCodec_AreOneList()
    {
        var codec = typeof(MqttClient).Assembly.GetType("Meridian.Mqtt.Wire.PacketType", throwOnError: true)!;

        Assert.Equal(
            Enum.GetValues(codec).Cast<object>().Select(static type => $"{type} {Convert.ToInt32(type, null)}"),
            Enum.GetValues<MqttPacketType>().Where(static type => type != MqttPacketType.Any)
                .Select(static type => $"{type} {(int)type}"),
            StringComparer.Ordinal);
    }
}
