using System.Text;
using Meridian.Mqtt.Testing.Authentication;

namespace Meridian.Mqtt.Testing.Tests;

/// <summary>The exchange is the example of RFC 7677 §3.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private const string First = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    private const string Challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private const string Final = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private const string Verifier = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync(
        new MqttTestBrokerOptions { Authenticator = new MqttTestScramSha256("user", "pencil") });

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Scram_ExampleOfTheRfc_IsAcceptedAndVerified()
    {
        using var peer = await RawPeer.OpenAsync(_broker);

        await peer.SendAsync(RawPeer5.Connect("c", Method() + Data(First)));
        var challenge = await RawPeer5.ReadAsync(peer);
        await peer.SendAsync(Auth(0x18, Final));
        await RawPeer5.ReadAsync(peer);

        Assert.Equal(MqttReasonCode.ContinueAuthentication, challenge.ReasonCode);
        Assert.Equal(Challenge, Encoding.ASCII.GetString(challenge.AuthenticationData.Span));
        var connAck = _broker.Packets.Single(static packet => packet.Type == MqttPacketType.ConnAck);
        Assert.Contains(Data(Verifier), Convert.ToHexString(connAck.Bytes.Span), StringComparison.Ordinal);
        Assert.True(Assert.Single(_broker.Sessions).IsConnected);
    }

    [Fact]
    public async Task Scram_OnALivingConnection_AuthenticatesAgain()
    {
        using var peer = await RawPeer.OpenAsync(_broker);
        await peer.SendAsync(RawPeer5.Connect("c", Method() + Data(First)));
        await RawPeer5.ReadAsync(peer);
        await peer.SendAsync(Auth(0x18, Final));
        await RawPeer5.ReadAsync(peer);

        await peer.SendAsync(Auth(0x19, First));
        var challenge = await RawPeer5.ReadAsync(peer);
        await peer.SendAsync(Auth(0x18, Final));
        var success = await RawPeer5.ReadAsync(peer);

        Assert.Equal(MqttReasonCode.ContinueAuthentication, challenge.ReasonCode);
        Assert.Equal((MqttPacketType.Auth, MqttReasonCode.Success), (success.Type, success.ReasonCode));
        Assert.Equal(Verifier, Encoding.ASCII.GetString(success.AuthenticationData.Span));
    }

    [Fact]
    public async Task Scram_WrongProof_IsRefused()
    {
        using var peer = await RawPeer.OpenAsync(_broker);
        await peer.SendAsync(RawPeer5.Connect("c", Method() + Data(First)));
        await RawPeer5.ReadAsync(peer);

        await peer.SendAsync(Auth(0x18, Final.Replace("p=d", "p=e", StringComparison.Ordinal)));

        Assert.Equal(MqttReasonCode.NotAuthorized, (await RawPeer5.ReadAsync(peer)).ReasonCode);
        Assert.Empty(_broker.Sessions);
    }

    [Theory]
    [InlineData("150001" + "78", 0x8C)]
    [InlineData("", 0x87)]
    public async Task Connect_WithAnotherMethodOrNone_IsRefused(string properties, int reason)
    {
        var (peer, connAck) = await RawPeer5.ConnectAsync(_broker, "c", properties);
        using var refused = peer;

        Assert.Equal((MqttReasonCode)reason, connAck.ReasonCode);
    }

    private static string Method() => "15" + Convert.ToHexString(RawPeer.Text("SCRAM-SHA-256"));

    private static string Data(string text) => "16" + Convert.ToHexString(RawPeer.Text(text));

    private static byte[] Auth(int reason, string data) =>
        RawPeer.Packet(0xF0, [(byte)reason, .. RawPeer5.Properties(Method() + Data(data))]);
}
