namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Which server, version, identifier and credentials the next try has.</summary>
public sealed class ServerChoiceTests
{
    [Fact]
    public async Task Servers_FirstIsAway_TheNextOneIsTaken()
    {
        var away = new ScriptedPeer();
        await using var peer = new ScriptedPeer();
        var options = away.Options with { OtherServers = [peer.Options.Server] };
        await away.DisposeAsync();
        await using var client = new MqttClient(options);

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: false);

        Assert.Equal(peer.Options.Server, (await connecting).Server);
    }

    [Fact]
    public async Task Servers_AllAway_TellsTheLastFailure()
    {
        var away = new ScriptedPeer();
        var options = away.Options with { OtherServers = [away.Options.Server] };
        await away.DisposeAsync();
        await using var client = new MqttClient(options);

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());
    }

    [Theory]
    [InlineData("9C")]
    [InlineData("9D")]
    public async Task Redirect_WhenAllowed_IsFollowedOnce(string code)
    {
        await using var first = new ScriptedPeer();
        await using var second = new ScriptedPeer();
        await using var client = new MqttClient(
            first.Options with { Version = MqttProtocolVersion.V50, FollowServerReference = true });

        var connecting = client.ConnectAsync();
        await RefuseAsync(first, $"20 {Redirect(code, second)}");
        await using var connection = await second.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync($"20 {Redirect(code, first)}"); // To and fro: no.

        var error = await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.Equal($"127.0.0.1:{first.Port}", error.ServerReference);
    }

    [Fact]
    public async Task Redirect_OfALivingConnection_IsFollowedWhereItIsAllowed()
    {
        await using var first = new ScriptedPeer();
        await using var second = new ScriptedPeer();
        await using var client = new MqttClient(
            first.Options with { Version = MqttProtocolVersion.V50, FollowServerReference = true, Reconnect = new() },
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await using var connection = await first.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("20 03 00 00 00");
        await connecting;

        var reference = Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"127.0.0.1:{second.Port}"));
        var length = reference.Length / 2;
        await connection.SendAsync($"E0 {length + 5:X2} 9D {length + 3:X2} 1C {length:X4} {reference}");

        await using var moved = await second.AcceptAsync();
        Assert.StartsWith("10", await moved.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_WhenNotAllowed_IsTold()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });

        var connecting = client.ConnectAsync();
        await RefuseAsync(peer, $"20 {Redirect("9D", peer)}");

        var error = await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.Equal((MqttReasonCode.ServerMoved, false), (error.ReasonCode, error.IsTransient));
    }

    [Theory]
    [InlineData("20020001")] // as a server of 3.1.1 says it
    [InlineData("2003008400")]
    public async Task Version_NotSpoken_FallsBackWhereItIsAllowed(string refusal)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, AllowOlderVersion = true });

        var connecting = client.ConnectAsync();
        await RefuseAsync(peer, refusal);
        await RefuseAsync(peer, "20020001");
        await using var connection = await peer.AcceptAsync();
        var connect = await connection.ReadAsync();
        await connection.SendAsync("20020000");

        Assert.Equal(MqttProtocolVersion.V31, (await connecting).Version);
        Assert.Contains(Convert.ToHexString("MQIsdp"u8), connect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_AnsweredByClosing_FallsBackWhereItIsAllowed()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, AllowOlderVersion = true });

        var connecting = client.ConnectAsync();
        await CloseAsync(peer);
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("20020000");

        Assert.Equal(MqttProtocolVersion.V311, (await connecting).Version);
    }

    [Fact]
    public async Task Version_WhereNoneIsAnswered_IsTheAskedOneAgainAtTheNextTry()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, AllowOlderVersion = true });

        var connecting = client.ConnectAsync();
        await CloseAsync(peer);
        await CloseAsync(peer);
        await CloseAsync(peer);
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => connecting);
        connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("2003000000");

        Assert.Equal(MqttProtocolVersion.V50, (await connecting).Version);
    }

    [Fact]
    public async Task Version_NotSpoken_IsAnErrorByDefault()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { Version = MqttProtocolVersion.V50 });

        var connecting = client.ConnectAsync();
        await RefuseAsync(peer, "20020001");

        var error = await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.Equal(MqttReasonCode.UnsupportedProtocolVersion, error.ReasonCode);
    }

    [Fact]
    public async Task Identifier_Rejected_IsDrawnAnewOnceAndOnlyWhenItWasDrawn()
    {
        await using var peer = new ScriptedPeer();
        await using var drawing = new MqttClient(peer.Options with { ClientId = "" });
        var drawn = drawing.ClientId;

        var connecting = drawing.ConnectAsync();
        await RefuseAsync(peer, "20020002");
        await RefuseAsync(peer, "20020002");

        await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.NotEqual(drawn, drawing.ClientId, StringComparer.Ordinal);
        await using var named = new MqttClient(peer.Options);
        connecting = named.ConnectAsync();
        await RefuseAsync(peer, "20020002");
        await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
    }

    [Fact]
    public async Task Credentials_OfACallback_AreAskedAnewForEachTry()
    {
        await using var peer = new ScriptedPeer();
        var asked = 0;
        await using var client = new MqttClient(
            peer.Options with
            {
                Reconnect = new(),
                Credentials = _ => new(new MqttCredentials($"u{++asked}", default)),
            },
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await using (var first = await peer.AcceptAsync())
        {
            Assert.EndsWith("00027531", await first.ReadAsync(), StringComparison.Ordinal);
            await first.SendAsync("20020000");
            await connecting;
        }

        await RefuseAsync(peer, "20020004"); // Wrong by now: the next ones may be right.
        await using var third = await peer.AcceptAsync();
        Assert.EndsWith("00027533", await third.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CleanStart_OfAReconnect_IsNeverAskedWhileTheSessionLives()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with
            {
                Version = MqttProtocolVersion.V50,
                SessionExpiry = TimeSpan.FromHours(1),
                Reconnect = new(),
            },
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await using (var first = await peer.AcceptAsync())
        {
            Assert.Equal("02", (await first.ReadAsync())[18..20]);
            await first.SendAsync("2003000000");
            await connecting;
        }

        await using var second = await peer.AcceptAsync();
        Assert.Equal("00", (await second.ReadAsync())[18..20]);
    }

    private static string Redirect(string code, ScriptedPeer to)
    {
        var reference = System.Text.Encoding.UTF8.GetBytes($"127.0.0.1:{to.Port}");
        return $"{reference.Length + 6:X2} 00 {code} {reference.Length + 3:X2} 1C {reference.Length:X4} "
            + Convert.ToHexString(reference);
    }

    private static async Task CloseAsync(ScriptedPeer peer)
    {
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
    }

    private static async Task RefuseAsync(ScriptedPeer peer, string connAck)
    {
        await using var connection = await peer.AcceptAsync();
        Assert.StartsWith("10", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(connAck);
        await connection.ExpectAsync("");
    }
}
