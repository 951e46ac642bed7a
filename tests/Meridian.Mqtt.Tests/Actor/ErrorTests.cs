using Meridian.Fixtures;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Tests.Transport;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>Each error is raised by what it stands for.</summary>
public sealed class ErrorTests
{
    private readonly NotifyRecorder _heard = new();

    [Fact]
    public async Task Calls_WithWrongTopicsOrQos_AreRefusedAndNothingIsSent()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        connection.Publish(ActorStart.Message("a/+", ""));
        connection.Publish(ActorStart.Message("a", "", (MqttQos)3));
        connection.Subscribe("a/#/b");
        connection.Subscribe("a", (MqttQos)3);
        connection.Unsubscribe("");
        connection.Publish(ActorStart.Message("z", ""));

        await _heard.ExpectAsync(
            "error PublishTopic Publish 1",
            "error PublishQos Publish 2",
            "error SubscribeTopic Subscribe 1",
            "error SubscribeQos Subscribe 2",
            "error UnsubscribeTopic Unsubscribe 1");
        await accepted.ExpectAsync("300300017A");
        var details = await _heard.NextDetailsAsync();
        Assert.Equal("a/+", details.Topic);
        Assert.Contains("wildcard", details.Message, StringComparison.Ordinal);
        Assert.False(details.HasEnded);
    }

    [Fact]
    public async Task Calls_WithoutConnectionAndRetry_AreRefused()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);

        connection.Publish(ActorStart.Message("a", ""));
        connection.Subscribe("a");
        connection.Unsubscribe("a");

        await _heard.ExpectAsync(
            "error PublishConnected Publish 1",
            "error SubscribeConnected Subscribe 1",
            "error UnsubscribeConnected Unsubscribe 1");
    }

    [Theory]
    [InlineData("20020001", MqttError.ConnectProtocol)]
    [InlineData("20020002", MqttError.ConnectId)]
    [InlineData("20020003", MqttError.ConnectServer)]
    [InlineData("20020004", MqttError.ConnectAuthentication)]
    [InlineData("20020005", MqttError.ConnectAuthorization)]
    [InlineData("20020006", MqttError.ConnectServer)] // Reserved.
    [InlineData("2003000000", MqttError.UnexpectedFormat)]
    [InlineData("9003000100", MqttError.UnexpectedFormat)] // Not CONNACK.
    [InlineData("8006000100016100", MqttError.UnknownCode)]
    public async Task ConnAck_ThatRefuses_IsOneErrorAndTheEnd(string answer, MqttError expected)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);

        await ActorStart.RefuseAsync(peer, answer);

        await _heard.ExpectAsync($"error {expected}");
        var details = await _heard.NextDetailsAsync();
        Assert.True(details is { HasEnded: true, WillRetry: false, Cause: MqttException });
        connection.Disconnect();
        await _heard.ExpectAsync("error DisconnectDisconnected Disconnect 1");
    }

    [Fact]
    public async Task Identifier_Rejected_IsDrawnAnewOnlyWhenItWasDrawn()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer) with { ClientId = "" }, _heard);

        await ActorStart.RefuseAsync(peer, "20020002");
        await ActorStart.RefuseAsync(peer, "20020002");

        await _heard.ExpectAsync("error ConnectIdRetry", "error ConnectId");
    }

    [Fact]
    public async Task Server_NotThere_IsConnectFailedOrConnectSocket()
    {
        int port;
        await using (var peer = new ScriptedPeer())
        {
            port = peer.Port;
            await using var closed = ActorStart.Begin(ActorStart.Options(peer), _heard);
            await (await peer.AcceptAsync()).DisposeAsync();
            await _heard.ExpectAsync("error ConnectSocket");
        }

        await using var refused = new MqttConnection(
            new MqttConnectionOptions { Host = "127.0.0.1", Port = port }, _heard);

        await _heard.ExpectAsync("error ConnectFailed");
        Assert.Null(refused.LocalAddress);
    }

    [Theory]
    [InlineData("20020000", MqttError.ConnectConnected)]
    [InlineData("8206000100016100", MqttError.ServerCode)]
    [InlineData("A20500010001 61", MqttError.ServerCode)]
    [InlineData("100D00044D5154540402000F000163", MqttError.ServerCode)]
    [InlineData("F000", MqttError.UnknownCode)]
    [InlineData("0000", MqttError.UnknownCode)]
    [InlineData("30FFFFFFFF01", MqttError.UnexpectedFormat)]
    [InlineData("3605000161000100", MqttError.UnknownCode)] // QoS 3.
    [InlineData("300500012B3131", MqttError.UnexpectedFormat)] // A wildcard in a Topic Name.
    public async Task Packet_ThatAServerMayNotSend_EndsTheConnection(string packet, MqttError expected)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync(packet);

        await _heard.ExpectAsync($"error {expected}", "disconnect");
        await accepted.ExpectAsync("");
    }

    [Fact]
    public async Task Subscription_Refused_IsSubscribeFailure()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("a");
        await accepted.ReadAsync();

        await accepted.SendAsync("9003000180");

        await _heard.ExpectAsync("error SubscribeFailure Subscribe 1");
        Assert.Equal("a", (await _heard.NextDetailsAsync()).Topic);
    }

    [Fact]
    public async Task Message_RejectedOrTooLarge_IsPublishFailure()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Options(peer) with { Version = MqttProtocolVersion.V50 };
        await using var connection = ActorStart.Begin(options, _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();
        await accepted.SendAsync("2003000000");
        await _heard.ExpectAsync("connect False");

        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
        await accepted.ReadAsync();
        await accepted.SendAsync("4003000197");
        await _heard.ExpectAsync("error PublishFailure Publish 1");
        Assert.Equal(
            MqttReasonCode.QuotaExceeded,
            Assert.IsType<MqttRejectedException>((await _heard.NextDetailsAsync()).Cause).ReasonCode);
        connection.Publish(new MqttApplicationMessage { Topic = "a", Payload = new byte[17 * 1024 * 1024] });

        await _heard.ExpectAsync("error PublishFailure Publish 2");
    }

    [Fact]
    public async Task Message_Expired_IsPublishExpired()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Retrying(peer) with { Version = MqttProtocolVersion.V50 };
        await using var connection = ActorStart.Begin(options, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce) with
        {
            Properties = new MqttMessageProperties { Expiry = TimeSpan.Zero },
        });

        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();
        await accepted.SendAsync("2003000000");

        await _heard.ExpectAsync("connect False", "error PublishExpired Publish 1");
    }

    [Fact]
    public async Task Unsubscription_Refused_IsUnsubscribeFailureAndTheConnectionGoesOn()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Options(peer) with { Version = MqttProtocolVersion.V50 };
        await using var connection = ActorStart.Begin(options, _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();
        await accepted.SendAsync("2003000000");
        await _heard.ExpectAsync("connect False");

        connection.Unsubscribe("a");
        await accepted.ExpectAsync("A2060001000001" + "61");
        await accepted.SendAsync("B004000100" + "87");

        await _heard.ExpectAsync("error UnsubscribeFailure Unsubscribe 1");
        var details = await _heard.NextDetailsAsync();
        Assert.True(details is { Topic: "a", HasEnded: false, WillRetry: false });
        var cause = Assert.IsType<MqttRejectedException>(details.Cause);
        Assert.Equal(MqttReasonCode.NotAuthorized, cause.ReasonCode);
        connection.Unsubscribe("b");
        await accepted.ReadAsync();
        await accepted.SendAsync("B004000200" + "11"); // There was none, which is what was wanted.
        await _heard.ExpectAsync("Unsubscribe 2 b");
    }

    [Fact]
    public async Task Loss_ThatEndsManyCalls_GivesEachAnExceptionOfItsOwn()
    {
        const int Count = 20;
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("a");
        connection.Unsubscribe("b");
        await accepted.ReadAsync();
        await accepted.ReadAsync();
        for (var i = 0; i < Count; i++)
        {
            connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
            await accepted.ReadAsync();
        }

        await accepted.DisposeAsync();

        var causes = new List<Exception?>();
        for (var i = 0; i < Count + 2; i++)
        {
            causes.Add((await _heard.NextDetailsAsync()).Cause);
        }

        Assert.All(causes, static cause => Assert.IsType<MqttConnectionLostException>(cause));
        Assert.Equal(causes.Count, causes.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public async Task Unsubscription_NotAnswered_IsUnsubscribeConnectedAtTheEnd()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Unsubscribe("a");
        await accepted.ReadAsync();

        await accepted.DisposeAsync();

        await _heard.ExpectAsync("error UnsubscribeConnected Unsubscribe 1", "error Socket", "disconnect");
    }

    [Fact]
    public async Task Callback_ThatThrows_IsToldAndAtQos1TheServerSendsAgain()
    {
        await using var peer = new ScriptedPeer();
        _heard.OnEvent = static (_, text) =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal) || text is "error NotifyFailed")
            {
                throw new InvalidOperationException("no");
            }
        };
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync("300400016131 3206000161000132");

        await _heard.ExpectAsync(
            "message a=1 q0",
            "error NotifyFailed",
            "message a=2 q1",
            "error NotifyFailed",
            "error Socket",
            "disconnect");
        await accepted.ExpectAsync("");
        Assert.False((await _heard.NextDetailsAsync()).HasEnded);
        Assert.True((await _heard.NextDetailsAsync()).HasEnded);
    }

    [Fact]
    public async Task Tls_WithWrongSettings_IsTlsConfigurationAndNothingIsSent()
    {
        await using var peer = new ScriptedPeer();
        var wrong = new[]
        {
            ActorStart.Retrying(peer) with { TlsHost = "broker.test" },
            ActorStart.Retrying(peer) with { Tls = new MqttTlsOptions { CertificateAuthorities = null! } },
        };
        foreach (var options in wrong)
        {
            await using var connection = ActorStart.Begin(options, _heard);
            await _heard.ExpectAsync("error TlsConfiguration");
            connection.Publish(ActorStart.Message("a", ""));
            await _heard.ExpectAsync("error PublishConnected Publish 1");
        }

        await Assert.ThrowsAsync<TimeoutException>(
            () => peer.AcceptAsync().WaitAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System));
    }

    [Fact]
    public async Task Tls_WithAnotherHostInTheCertificate_IsTlsAuthenticationAndNeverPlain()
    {
        using var authority = new TestAuthority("plant");
        using var peer = new TlsPeer();
        var tls = new MqttTlsOptions { CertificateAuthorities = [authority.Root] };
        await using var connection = new MqttConnection(
            new MqttConnectionOptions { Host = "localhost", Port = peer.Port, Tls = tls, TlsHost = "  " }, _heard);

        await peer.RejectedAsync(authority.Server("other.test")); // A blank TLS host is no wildcard.

        await _heard.ExpectAsync("error TlsAuthentication");
        var details = await _heard.NextDetailsAsync();
        Assert.True(details is { HasEnded: true, WillRetry: false, Cause: MqttTlsException });
    }

    [Fact]
    public void Options_ThatAreWrong_AreRefusedTogether()
    {
        var wrong = new MqttConnectionOptions
        {
            Host = "",
            Port = 0,
            RetryConnection = TimeSpan.FromSeconds(-1),
            Will = new MqttWill { Topic = "a/#" },
            Password = new byte[70_000],
            User = new string('u', 70_000),
            MaxQueuedCalls = 0,
            MaxQueuedBytes = 0,
            MaxUnheardMessages = 0,
            MaxUnheardBytes = 0,
        };

        var error = Assert.Throws<ArgumentException>(() => new MqttConnection(wrong, _heard));

        Assert.All(
            (string[])["Server: Host", "Server: Port", "Password", "UserName", "Will.Topic", "RetryConnection",
                "MaxQueuedCalls", "MaxQueuedBytes", "MaxUnheardMessages", "MaxUnheardBytes"],
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
