using System.Text;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Connection;

public sealed class AuthenticationTests
{
    private const string Method = "15 000D 534352414D2D5348412D323536";

    // The example exchange of RFC 7677 §3.
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private const string ClientFinal =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public async Task Scram_OfRfc7677_HasItsBytesAndBelievesItsServer()
    {
        var scram = Scram();

        Assert.Equal(ClientFirst, Text(await scram.StartAsync(default)));
        Assert.Equal(ClientFinal, Text(await scram.ContinueAsync(Bytes(ServerFirst), default)));
        await scram.CompleteAsync(Bytes(ServerFinal), default);
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("e=unknown-user")]
    [InlineData("")]
    public async Task Scram_ServerWithoutThePassword_IsRefused(string final)
    {
        var scram = Scram();
        await scram.StartAsync(default);
        await scram.ContinueAsync(Bytes(ServerFirst), default);

        await Assert.ThrowsAsync<MqttProtocolException>(async () => await scram.CompleteAsync(Bytes(final), default));
    }

    [Theory]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")] // extends nothing
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,i=4096")]
    [InlineData("")]
    public async Task Scram_ServerThatBreaksTheRules_IsRefused(string first)
    {
        var scram = Scram();
        await scram.StartAsync(default);

        await Assert.ThrowsAsync<MqttProtocolException>(async () => await scram.ContinueAsync(Bytes(first), default));
    }

    [Fact]
    public async Task Scram_WithoutExchange_BelievesNobody() =>
        await Assert.ThrowsAsync<MqttProtocolException>(
            async () => await Scram().CompleteAsync(Bytes(ServerFinal), default));

    [Fact]
    [Spec("5.0", "MQTT-3.1.2-30", "MQTT-3.15.1-1", "MQTT-3.15.2-1", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-4.12.1-1")]
    public async Task Connect_WithScram_GoesThroughTheWholeExchangeAndAgainOnTheLivingConnection()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        Assert.Contains(Hex(Method + Field("16", ClientFirst)), await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync(Packet("F0", "18", ServerFirst));
        await connection.ExpectAsync(Hex(Packet("F0", "18", ClientFinal)));
        await connection.SendAsync(Packet("20", "00 00", ServerFinal));
        await connecting;

        var again = client.ReauthenticateAsync();
        await connection.ExpectAsync(Hex(Packet("F0", "19", ClientFirst)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ReauthenticateAsync());
        await connection.SendAsync(Packet("F0", "18", ServerFirst));
        await connection.ExpectAsync(Hex(Packet("F0", "18", ClientFinal)));
        await connection.SendAsync(Packet("F0", "00", ServerFinal));

        await again.WaitAsync(ScriptedPeer.Deadline);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Connect_ToAServerThatProvesNothing_Fails()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("2003000000");

        await Assert.ThrowsAsync<MqttProtocolException>(() => connecting);
        await connection.ExpectAsync("");
    }

    [Fact]
    public async Task Reauthentication_ThatTheServerRefuses_EndsWithItsReason()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(Packet("F0", "18", ServerFirst));
        await connection.ReadAsync();
        await connection.SendAsync(Packet("20", "00 00", ServerFinal));
        await connecting;

        var again = client.ReauthenticateAsync();
        await connection.ReadAsync();
        await connection.SendAsync("E0 01 87");

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => again);
        Assert.Equal(MqttReasonCode.NotAuthorized, error.ReasonCode);
    }

    [Fact]
    [Spec("5.0", "MQTT-4.12.1-2")]
    public async Task Reauthentication_OfAServerThatProvesNothing_ClosesTheConnection()
    {
        await using var peer = new ScriptedPeer();
        var recorder = new Recorder();
        await using var client = new MqttClient(Options(peer), recorder);
        await using var connection = await ConnectAsync(peer, client);
        Assert.Equal("connected False", await recorder.NextAsync());
        var again = client.ReauthenticateAsync();
        await connection.ReadAsync();
        await connection.SendAsync(Packet("F0", "18", ServerFirst));
        await connection.ReadAsync();

        await connection.SendAsync(Packet("F0", "00", "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));

        await Assert.ThrowsAsync<MqttProtocolException>(() => again.WaitAsync(ScriptedPeer.Deadline));
        Assert.StartsWith("E0", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.ExpectAsync("");
        Assert.Equal("disconnected MqttProtocolException False", await recorder.NextAsync());
    }

    /// <summary>There is nothing in AUTH but what the exchange needs, and an AUTH that is too large is not sent.
    /// </summary>
    [Theory]
    [InlineData(64, true)]
    [InlineData(50, false)]
    [Spec("5.0", "MQTT-3.15.2-2", "MQTT-3.15.2-3")]
    public async Task Reauthentication_WithAMaximumPacketSize_KeepsBelowItOrFailsHere(int maximum, bool fits)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(Options(peer));
        await using var connection = await ConnectAsync(peer, client, $"27 {maximum:X8}");

        var again = client.ReauthenticateAsync();

        if (fits)
        {
            await connection.ExpectAsync(Hex(Packet("F0", "19", ClientFirst)));
            return;
        }

        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => again.WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal(MqttReasonCode.PacketTooLarge, error.ReasonCode);
        await client.PublishAsync("x", default);
        await connection.ExpectAsync("300400017800"); // No AUTH has left before it, and the connection lives.
        await Assert.ThrowsAsync<MqttRejectedException>(() => client.ReauthenticateAsync()); // None is under way.
    }

    [Fact]
    [Spec("5.0", "MQTT-4.12.0-7")]
    public async Task Reauthentication_WithoutAuthenticator_IsRefused()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(peer.Options);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ReauthenticateAsync());
    }

    /// <summary>Goes through the whole exchange; CONNACK has these properties more.</summary>
    private static async Task<PeerConnection> ConnectAsync(ScriptedPeer peer, MqttClient client, string properties = "")
    {
        var connecting = client.ConnectAsync();
        var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync(Packet("F0", "18", ServerFirst));
        await connection.ReadAsync();
        await connection.SendAsync(Packet("20", "00 00", ServerFinal, properties));
        await connecting.WaitAsync(ScriptedPeer.Deadline);
        return connection;
    }

    private static MqttClientOptions Options(ScriptedPeer peer) =>
        peer.Options with { Version = MqttProtocolVersion.V50, Authenticator = Scram() };

    private static ScramSha256Authenticator Scram() => new("user", "pencil", static () => Nonce);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Field(string identifier, string text) =>
        $"{identifier} {text.Length:X4} {Convert.ToHexString(Encoding.UTF8.GetBytes(text))}";

    /// <summary>A packet whose properties are the method and data; less than 16,384 bytes.</summary>
    private static string Packet(string first, string head, string data, string more = "")
    {
        var properties = Hex(Method + Field("16", data) + more);
        var body = Hex(head) + Length(properties.Length / 2) + properties;
        return first + Length(body.Length / 2) + body;

        static string Length(int bytes) => bytes < 128 ? $"{bytes:X2}" : $"{(bytes & 0x7F) | 0x80:X2}{bytes >> 7:X2}";
    }

    private static string Hex(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
