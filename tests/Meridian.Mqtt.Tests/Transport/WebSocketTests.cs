using System.Net.WebSockets;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

public sealed class WebSocketTests
{
    private static readonly byte[] ConnAck = [0x20, 2, 0, 0];

    [Theory]
    [InlineData("403 Forbidden", 403, "WebSocketHeaders", true)]
    [InlineData("401 Unauthorized", 401, "WebSocketHeaders", false)]
    [InlineData("404 Not Found", 404, "Check the path", true)]
    [InlineData("301 Moved\r\nLocation: /else", 301, "elsewhere", true)]
    [InlineData("101 Switching Protocols\r\nSec-WebSocket-Accept: x", 101, "Sec-WebSocket-Accept", true)]
    public async Task Upgrade_Refused_SaysStatusAndWayOut(string answer, int status, string wayOut, bool isTransient)
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options);

        var refusing = peer.RefuseAsync(answer);
        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => client.ConnectAsync());

        await refusing;
        Assert.Equal((status, isTransient), (error.StatusCode, error.IsTransient));
        Assert.Contains(wayOut, error.Message, StringComparison.Ordinal);
        Assert.Contains(peer.Options.Server.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_AnsweredByAnotherProtocol_SaysSo()
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options);

        var connecting = client.ConnectAsync();
        await using (var stream = await peer.AcceptAsync())
        {
            await HttpPeer.ReadHeadAsync(stream);
            await stream.WriteAsync(ConnAck);
        }

        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => connecting);
        Assert.Contains("not HTTP", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subprotocol_OtherThanMqtt_IsRefused()
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options);

        var connecting = client.ConnectAsync();
        using var server = await peer.AcceptWebSocketAsync("chat");

        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => connecting);
        Assert.Contains("MQTT-6.0.0-4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    [Spec("3.1.1", "MQTT-6.0.0-3")]
    [Spec("5.0", "MQTT-6.0.0-3")]
    public async Task Request_WithHeaders_CarriesThemAndTheQueryAndTheSubprotocol(MqttProtocolVersion version)
    {
        using var peer = new HttpPeer();
        var server = peer.Options.Server;
        await using var client = new MqttClient(peer.Options with
        {
            Version = version,
            Server = server with { Path = "/mqtt?token=x" },
            WebSocketHeaders = _ => new(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Authorization"] = "Bearer y",
            }),
        });

        var refusing = peer.RefuseAsync("503 Busy");
        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => client.ConnectAsync());

        var request = await refusing;
        Assert.StartsWith("GET /mqtt?token=x HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: 127.0.0.1:{server.Port}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: mqtt\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer y\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("token", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Evil", "a\r\nX: y")]
    [InlineData("E vil", "a")]
    public async Task Headers_WithForbiddenCharacters_AreRefused(string name, string value)
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options with
        {
            WebSocketHeaders = _ => new(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value }),
        });

        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => client.ConnectAsync());

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeaderProvider_ThatThrows_FailsTheTry()
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options with
        {
            WebSocketHeaders = _ => throw new TaskCanceledException("No token came."),
        });

        var error = await Assert.ThrowsAsync<MqttWebSocketException>(() => client.ConnectAsync());

        Assert.Contains("No token came", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000", "30040001" + "7478")]
    [InlineData(MqttProtocolVersion.V50, "2003000000", "30050001" + "740078")]
    [Spec("3.1.1", "MQTT-6.0.0-1", "MQTT-6.0.0-2")]
    [Spec("5.0", "MQTT-6.0.0-1", "MQTT-6.0.0-2")]
    public async Task Packets_StraddlingAndSharingFrames_AreReadAndSentInBinaryOnes(
        MqttProtocolVersion version, string connAckHex, string publishHex)
    {
        using var peer = new HttpPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options with { Version = version }, recorder);
        var connecting = client.ConnectAsync();
        using var server = await peer.AcceptWebSocketAsync();
        var buffer = new byte[1_000];
        var frame = await server.ReceiveAsync(buffer.AsMemory(), default);
        Assert.Equal((WebSocketMessageType.Binary, 0x10), (frame.MessageType, buffer[0]));

        // CONNACK in three frames of which one is empty, then two PUBLISH of which the second straddles.
        var connAck = Convert.FromHexString(connAckHex);
        var both = Convert.FromHexString(publishHex + publishHex);
        foreach (var part in (ReadOnlyMemory<byte>[])[connAck.AsMemory(0, 1), default, connAck.AsMemory(1),
            both.AsMemory(0, 7), both.AsMemory(7, 1), both.AsMemory(8)])
        {
            await server.SendAsync(part, WebSocketMessageType.Binary, endOfMessage: true, default);
        }

        await connecting;
        Assert.Equal("connected False", await recorder.NextAsync());
        Assert.Equal("t=x q0", await recorder.NextAsync());
        Assert.Equal("t=x q0", await recorder.NextAsync());
        await client.PublishAsync("t", "x"u8.ToArray());
        frame = await server.ReceiveAsync(buffer.AsMemory(), default);
        Assert.Equal(
            (WebSocketMessageType.Binary, publishHex),
            (frame.MessageType, Convert.ToHexString(buffer.AsSpan(0, frame.Count))));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000")]
    [InlineData(MqttProtocolVersion.V50, "2003000000")]
    [Spec("3.1.1", "MQTT-6.0.0-1")]
    [Spec("5.0", "MQTT-6.0.0-1")]
    public async Task TextFrame_FromTheServer_EndsTheConnection(MqttProtocolVersion version, string connAck)
    {
        using var peer = new HttpPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options with { Version = version }, recorder);
        var connecting = client.ConnectAsync();
        using var server = await peer.AcceptWebSocketAsync();
        await server.SendAsync(
            Convert.FromHexString(connAck).AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, default);
        await connecting;
        await recorder.NextAsync();

        var pingResp = Convert.FromHexString("D000"); // A good packet, were the frame a binary one.
        await server.SendAsync(pingResp.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, default);

        Assert.Equal("disconnected MqttProtocolException False", await recorder.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_ThatLeaves_EndsTheConnection(bool isPolite)
    {
        using var peer = new HttpPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(peer.Options, recorder);
        var connecting = client.ConnectAsync();
        using var server = await peer.AcceptWebSocketAsync();
        await server.SendAsync(ConnAck.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, default);
        await connecting;
        await recorder.NextAsync();

        if (isPolite)
        {
            await server.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "going away", default);
        }
        else
        {
            server.Abort();
        }

        Assert.Equal("disconnected MqttConnectionLostException False", await recorder.NextAsync());
    }

    [Fact]
    public async Task Disconnect_WhileTheServerLeavesToo_Ends()
    {
        using var peer = new HttpPeer();
        for (var round = 0; round < 50; round++)
        {
            await using var client = new MqttClient(peer.Options);
            var connecting = client.ConnectAsync();
            using var server = await peer.AcceptWebSocketAsync();
            await server.SendAsync(ConnAck.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, default);
            await connecting;

            var leaving = client.DisconnectAsync();
            server.Abort();

            await leaving.WaitAsync(ScriptedPeer.Deadline);
        }
    }

    [Fact]
    public async Task Disconnect_OverWebSocket_SendsTheCloseFrame()
    {
        using var peer = new HttpPeer();
        await using var client = new MqttClient(peer.Options);
        var connecting = client.ConnectAsync();
        using var server = await peer.AcceptWebSocketAsync();
        await server.SendAsync(ConnAck.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, default);
        await connecting;

        var leaving = client.DisconnectAsync();
        var buffer = new byte[1_000];
        var types = new List<WebSocketMessageType>();
        do
        {
            types.Add((await server.ReceiveAsync(buffer.AsMemory(), default)).MessageType);
        }
        while (types[^1] != WebSocketMessageType.Close);

        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default);
        await leaving.WaitAsync(ScriptedPeer.Deadline);
        Assert.Equal(3, types.Count); // CONNECT, DISCONNECT, Close.
    }
}
