namespace Meridian.Mqtt.Tests.Connection;

/// <summary>A client that has all it can hold stops reading, whatever the version, and is still quick to end.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task Version5_ServerBeyondReceiveMaximum_IsPausedAndNotEnded()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer, MqttProtocolVersion.V50), recorder);
        await using var connection = await ConnectAsync(peer, client, MqttProtocolVersion.V50);

        await connection.SendAsync("3206000161000100" + "3206000162000200");
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.Equal("a= q1", await recorder.NextAsync());
        client.Acknowledge(await recorder.NextAcknowledgementAsync());

        await connection.ExpectAsync("40020001");
        Assert.Equal("b= q1", await recorder.NextAsync());
        Assert.True(client.IsConnected);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Disconnect_WhileReadingPauses_DoesNotWaitForTheGrace(MqttProtocolVersion version)
    {
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var elapsed = await DisconnectPausedAsync(version);
            shortest = elapsed < shortest ? elapsed : shortest;
        }

        Assert.InRange(shortest, TimeSpan.Zero, TimeSpan.FromMilliseconds(400)); // The grace is 500 ms.
    }

    private static async Task<TimeSpan> DisconnectPausedAsync(MqttProtocolVersion version)
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer, version), recorder);
        await using var connection = await ConnectAsync(peer, client, version);
        var publish = version == MqttProtocolVersion.V50 ? "32060001610001" + "00" : "32050001610001";
        await connection.SendAsync(publish + publish.Replace("0001610001", "0001620002", StringComparison.Ordinal));
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.Equal("a= q1", await recorder.NextAsync());

        var start = TimeProvider.System.GetTimestamp();
        var disconnecting = client.DisconnectAsync();
        await connection.ExpectAsync("E000");
        await connection.DisposeAsync();
        await disconnecting;
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static MqttClientOptions Options(ScriptedPeer peer, MqttProtocolVersion version) => peer.Options with
    {
        Version = version,
        ReceiveMaximum = 1,
        AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
    };

    private static async Task<PeerConnection> ConnectAsync(
        ScriptedPeer peer, MqttClient client, MqttProtocolVersion version)
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(version == MqttProtocolVersion.V50 ? "2003000000" : "20020000");
        await connecting;
        return connection;
    }
}
