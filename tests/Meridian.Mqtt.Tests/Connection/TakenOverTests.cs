namespace Meridian.Mqtt.Tests.Connection;

/// <summary>A server says that another client has taken the session over.</summary>
public sealed class TakenOverTests
{
    [Fact]
    public async Task SessionTakenOver_IsNotFoughtFor()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Version5Tests.Options(peer) with { Reconnect = new() }, recorder);
        var (_, connection) = await Version5Tests.ConnectAsync(peer, client, "20 03  00 00  00");
        await using var connected = connection;
        Assert.Equal("connected False", await recorder.NextAsync());

        await connection.SendAsync("E0 01  8E");

        Assert.Equal("disconnected MqttConnectionLostException False", await recorder.NextAsync());
    }

    [Fact]
    public async Task SessionTakenOver_PerhapsByTheConnectionThatWasLost_IsPardonedOnce()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(
            Version5Tests.Options(peer) with { Reconnect = new() }, recorder, jitter: new NoDelay());
        var (_, connection) = await Version5Tests.ConnectAsync(peer, client, "20 03  00 00  00");
        Assert.Equal("connected False", await recorder.NextAsync());
        await connection.DisposeAsync();
        Assert.Equal("disconnected MqttConnectionLostException True", await recorder.NextAsync());

        Assert.Equal("disconnected MqttConnectionLostException True", await TakeOverAsync());
        Assert.Equal("disconnected MqttConnectionLostException False", await TakeOverAsync());

        async Task<string> TakeOverAsync()
        {
            await using var next = await peer.AcceptAsync();
            await next.ReadAsync();
            await next.SendAsync("20 03  00 00  00");
            Assert.Equal("connected False", await recorder.NextAsync());
            await next.SendAsync("E0 01  8E");
            return await recorder.NextAsync();
        }
    }
}
