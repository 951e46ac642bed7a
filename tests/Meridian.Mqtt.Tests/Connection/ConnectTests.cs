using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

public sealed class ConnectTests
{
    [Fact]
    [Spec("3.1.1", "MQTT-3.14.1-1", "MQTT-3.14.4-1", "MQTT-7.1.2-1")]
    public async Task Connect_Accepted_TellsTheSession()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options with { CleanSession = false });

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: true);

        Assert.True((await connecting).IsSessionPresent);
        Assert.True(client.IsConnected);
        Assert.Equal(peer.Port, ((System.Net.IPEndPoint)client.RemoteAddress!).Port);
        await client.DisconnectAsync();
        await connection.ExpectAsync("E000", "");
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task Disconnect_ServerClosesAtOnce_IsNoLoss()
    {
        // Which end is reached first is a race that was lost about once in ten.
        for (var i = 0; i < 50; i++)
        {
            await using var peer = new ScriptedPeer();
            var recorder = new Recorder();
            await using var client = new MqttClient(peer.Options, recorder);
            var connecting = client.ConnectAsync();
            Task disconnecting;
            await using (var connection = await peer.AcceptAsync(isSessionPresent: false))
            {
                await connecting;
                Assert.Equal("connected False", await recorder.NextAsync());
                disconnecting = client.DisconnectAsync();
                await connection.ExpectAsync("E000");
            }

            await disconnecting;

            Assert.Equal("disconnected  False", await recorder.NextAsync());
        }
    }

    [Fact]
    [Spec(
        "3.1.1",
        "MQTT-2.2.2-1", "MQTT-3.1.0-1", "MQTT-3.1.2-3", "MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-15",
        "MQTT-3.1.2-18", "MQTT-3.1.2-20", "MQTT-3.1.2-22", "MQTT-3.1.3-3")]
    public async Task Connect_WithPlainOptions_SendsTheBytesOfTheSpecification()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);

        _ = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();

        await connection.ExpectAsync("100D00044D5154540402000F000163");
    }

    [Theory]
    [InlineData("20020001", MqttReasonCode.UnsupportedProtocolVersion, false)]
    [InlineData("20020002", MqttReasonCode.ClientIdentifierNotValid, false)]
    [InlineData("20020003", MqttReasonCode.ServerUnavailable, true)]
    [InlineData("20020004", MqttReasonCode.BadUserNameOrPassword, false)]
    [InlineData("20020005", MqttReasonCode.NotAuthorized, true)]
    [InlineData("20020077", MqttReasonCode.UnspecifiedError, false)]
    public async Task Connect_Refused_SaysWhyAndCloses(string connAck, MqttReasonCode expected, bool isTransient)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(connAck);

        var error = await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.Equal((expected, isTransient), (error.ReasonCode, error.IsTransient));
        await connection.ExpectAsync("");
    }

    [Theory]
    [Spec("3.1.1", "MQTT-3.2.0-1", "MQTT-3.2.2-1", "MQTT-2.2.2-2")]
    [InlineData("D000", "MQTT-3.2.0-1")]
    [InlineData("20020100", "MQTT-3.2.2-1")] // a session where a clean one was asked for
    [InlineData("0000", "MQTT-2.2.2-2")]
    public async Task Connect_AnsweredWithSomethingElse_IsAProtocolError(string answer, string statement)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.SendAsync(answer);

        Assert.Equal(statement, (await Assert.ThrowsAsync<MqttProtocolException>(() => connecting)).Statement);
        await connection.ReadAsync();
        await connection.ExpectAsync("");
    }

    [Fact]
    public async Task Connect_WithoutAnswer_TimesOut()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        await using var client = new MqttClient(peer.Options, time: time);

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<MqttTimeoutException>(() => connecting);
    }

    [Fact]
    public async Task Connect_NobodyListens_IsUnreachable()
    {
        var peer = new ScriptedPeer();
        var options = peer.Options;
        await peer.DisposeAsync();
        await using var client = new MqttClient(options);

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());
        await Assert.ThrowsAsync<MqttConnectionLostException>(async () => await client.PublishAsync("a", default));
    }

    [Fact]
    public async Task Connect_Cancelled_LeavesAClientThatCanTryAgain()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);
        using var cancellation = new CancellationTokenSource();

        var connecting = client.ConnectAsync(cancellation.Token);
        await using var first = await peer.AcceptAsync();
        await first.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await first.ExpectAsync("");
        connecting = TryUntilIdleAsync(client);
        await using var second = await peer.AcceptAsync(isSessionPresent: false);

        Assert.False((await connecting).IsSessionPresent);
    }

    private static async Task<MqttConnectResult> TryUntilIdleAsync(MqttClient client)
    {
        await client.DisconnectAsync();
        return await client.ConnectAsync();
    }
}
