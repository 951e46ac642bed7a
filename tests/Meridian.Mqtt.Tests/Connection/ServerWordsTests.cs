using System.Globalization;
using System.Text;
using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Tests.Subscriptions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>What a server says for people, where it repeats what it was told.</summary>
public sealed class ServerWordsTests
{
    private const string Said = "user u with s3cret is locked";
    private const string Shown = "It says: user u with *** is locked";

    private readonly LogRecorder _log = new();

    [Theory]
    [InlineData("u", "s3cret", "'s3cret' is wrong, s3cret.", "'***' is wrong, ***.")]
    [InlineData("u", "s3cret", "s3cret1 and Xs3cret and s3cret-1", "s3cret1 and Xs3cret and ***-1")]
    [InlineData("u", "-s3cret-", "x-s3cret-x", "x***x")]
    [InlineData("u", "s3cret", "s3cret", "***")]
    [InlineData("u", "the", "the user", "the user")]
    [InlineData("plant-gateway", "s3cret", "plant-gateway may not", "plant-gateway may not")]
    [InlineData("A1b2C3d4E5f6", "", "token A1b2C3d4E5f6 is unknown", "token *** is unknown")]
    [InlineData("gateway1", "", "gateway1 is unknown", "gateway1 is unknown")]
    [InlineData(null, "", "nobody is unknown", "nobody is unknown")]
    public void Words_OfAServer_AreWithoutItsClientsSecret(
        string? user, string password, string words, string expected)
    {
        var details = new ReasonDetails(words, []);
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("plant"),
            UserName = user,
            Password = Encoding.UTF8.GetBytes(password),
        };
        var asked = new ServerWords(new MqttClientOptions { Server = MqttServer.Tcp("plant") });
        asked.Tell(new MqttCredentials(user, Encoding.UTF8.GetBytes(password)));

        Assert.Equal(expected, new ServerWords(options).Of(details));
        Assert.Equal(expected, asked.Of(details));
        Assert.Equal($" It says: {expected}", asked.Quote(details));
    }

    [Fact]
    public void Words_OfAServer_AreWithoutThePasswordsThatOthersKeep()
    {
        var words = new ServerWords(new MqttClientOptions
        {
            Server = MqttServer.Tcp("plant"),
            Authenticator = new ScramSha256Authenticator("plant-gateway", "s3cret"),
            Proxy = MqttProxy.Http("proxy") with { UserName = "p", Password = "other" },
        });

        Assert.Equal(
            "plant-gateway with *** over ***",
            words.Of(new ReasonDetails("plant-gateway with s3cret over other", [])));
        Assert.Equal("", words.Quote(details: null));
        Assert.Null(words.Of(new ReasonDetails(ReasonString: null, [])));
    }

    [Fact]
    public async Task Refusal_WithThePassword_IsToldWithoutIt()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(OptionsOf(peer));

        var connecting = client.ConnectAsync();
        await peer.AnswerAsync(ConnAck(MqttReasonCode.NotAuthorized));

        var error = await Assert.ThrowsAsync<MqttConnectException>(() => connecting);
        Assert.EndsWith(Shown, error.Message, StringComparison.Ordinal);
        Assert.Equal("user u with *** is locked", error.ReasonString);
    }

    [Fact]
    public async Task Rejection_WithThePassword_IsToldWithoutIt()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(OptionsOf(peer));
        var (_, connection) = await Version5Tests.ConnectAsync(peer, client, "2003000000");
        await using var connected = connection;

        var publishing = client.PublishAsync("t", default, MqttQos.AtLeastOnce).AsTask();
        await connection.ReadAsync();
        await connection.SendAsync(Packet("40", $"0001{(byte)MqttReasonCode.NotAuthorized:X2}"));

        var error = await Assert.ThrowsAsync<MqttRejectedException>(() => publishing);
        Assert.EndsWith(Shown, error.Message, StringComparison.Ordinal);
        Assert.Equal("user u with *** is locked", error.ReasonString);
    }

    [Fact]
    public async Task Log_OfAConnectionsLife_NeverHasThePassword()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            OptionsOf(peer) with { Reconnect = new MqttReconnectOptions(), AllowOlderVersion = true },
            logger: _log,
            jitter: new NoDelay());
        var (_, first) = await Version5Tests.ConnectAsync(peer, client, "2003000000");
        await using var connected = first;

        await first.SendAsync(Packet("E0", $"{(byte)MqttReasonCode.ServerShuttingDown:X2}"));
        Assert.EndsWith(Shown, await _log.NextAsync(EventIds.ConnectionLost), StringComparison.Ordinal);
        await peer.AnswerAsync(ConnAck(MqttReasonCode.ServerBusy));
        Assert.EndsWith(Shown, await _log.NextAsync(EventIds.ConnectFailed), StringComparison.Ordinal);
        await peer.AnswerAsync(ConnAck(MqttReasonCode.UnsupportedProtocolVersion));
        Assert.EndsWith(Shown, await _log.NextAsync(EventIds.Adapted), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_OfTheEnd_NeverHasThePassword()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            OptionsOf(peer) with { Reconnect = new MqttReconnectOptions() }, logger: _log, jitter: new NoDelay());
        var (_, connection) = await Version5Tests.ConnectAsync(peer, client, "2003000000");
        await using var connected = connection;

        await connection.SendAsync(Packet("E0", $"{(byte)MqttReasonCode.ServerMoved:X2}"));

        Assert.EndsWith(Shown, await _log.NextAsync(EventIds.GaveUp), StringComparison.Ordinal);
    }

    private static MqttClientOptions OptionsOf(ScriptedPeer peer) => Version5Tests.Options(peer) with
    {
        UserName = "u",
        Password = "s3cret"u8.ToArray(),
    };

    private static string ConnAck(MqttReasonCode reason) => Packet("20", $"00{(byte)reason:X2}");

    /// <summary>A packet whose only property is the Reason String.</summary>
    private static string Packet(string first, string head)
    {
        var text = Convert.ToHexString(Encoding.UTF8.GetBytes(Said));
        var body = string.Create(
            CultureInfo.InvariantCulture, $"{head}{Said.Length + 3:X2}1F{Said.Length:X4}{text}");
        return string.Create(CultureInfo.InvariantCulture, $"{first}{body.Length / 2:X2}{body}");
    }
}
