using System.Net;
using Meridian.Fixtures;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Tests.Transport;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>What the seed proved of its actor, in its order.</summary>
public sealed class MqttConnectionTests
{
    private readonly NotifyRecorder _heard = new();

    [Fact]
    public async Task Creation_WithAHostAlone_ConnectsAtOnceWithTheSeedsDefaults()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = new MqttConnection(
            new MqttConnectionOptions { Host = "127.0.0.1", Port = peer.Port }, _heard);

        await using var accepted = await peer.AcceptAsync();

        // MQTT 3.1.1, clean session, 15 s, 8 hexadecimal digits.
        var connect = await accepted.ReadAsync();
        Assert.StartsWith("101400044D5154540402000F0008", connect, StringComparison.Ordinal);
        Assert.Equal(connection.ClientId, FromHex(connect[^16..]));
        Assert.All(connection.ClientId, static digit => Assert.True(char.IsAsciiHexDigitLower(digit)));
        await accepted.SendAsync(ActorStart.Accept);
        await _heard.ExpectAsync("connect False");
        Assert.Equal(peer.Port, Assert.IsType<IPEndPoint>(connection.RemoteAddress).Port);
        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(connection.LocalAddress).Address);
        Assert.Equal(1883, new MqttConnectionOptions { Host = "h" }.Port);
    }

    [Theory]
    [InlineData("localhost", "")]
    [InlineData("127.0.0.1", "broker.test")]
    public async Task Tls_WithAnAuthority_VerifiesTlsHostOrHost(string host, string tlsHost)
    {
        using var authority = new TestAuthority("plant");
        using var peer = new TlsPeer();
        await using var connection = new MqttConnection(
            new MqttConnectionOptions
            {
                Host = host,
                Port = peer.Port,
                Tls = new MqttTlsOptions { CertificateAuthorities = [authority.Root] },
                TlsHost = tlsHost,
            },
            _heard);

        await using var accepted = await peer.AcceptMqttAsync(
            new() { ServerCertificate = authority.Server(tlsHost.Length > 0 ? tlsHost : host) });

        await _heard.ExpectAsync("connect False");
    }

    [Fact]
    public async Task Version_NotSpoken_FallsBackToTheOldestAtOnce()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Retrying(peer) with { Version = MqttProtocolVersion.V50 };
        await using var connection = ActorStart.Begin(options, _heard, new ManualTime());

        await ActorStart.RefuseAsync(peer, "2003008400");
        await ActorStart.RefuseAsync(peer, "20020001");
        await using var accepted = await peer.AcceptAsync();

        Assert.StartsWith("100F00064D514973647003", await accepted.ReadAsync(), StringComparison.Ordinal);
        await accepted.SendAsync(ActorStart.Accept);
        await _heard.ExpectAsync("error ConnectProtocolRetry", "error ConnectProtocolRetry", "connect False");
    }

    [Fact]
    public async Task Connect_WithEverything_SendsUserPasswordAndWill()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Options(peer) with
        {
            User = "u",
            Password = new byte[] { 0, 255 },
            Will = new MqttWill
            {
                Topic = "w",
                Payload = "x"u8.ToArray(),
                Qos = MqttQos.ExactlyOnce,
                IsRetained = true,
            },
        };
        await using var connection = ActorStart.Begin(options, _heard);

        await using var accepted = await peer.AcceptAsync();

        await accepted.ExpectAsync("101A00044D51545404F6000F000163" + "000177000178" + "000175" + "000200FF");
    }

    [Fact]
    public async Task Connect_WithAnEmptyUser_SendsNone()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer) with { User = "" }, _heard);

        await using var accepted = await peer.AcceptAsync();

        await accepted.ExpectAsync("100D00044D5154540402000F000163");
    }

    [Fact]
    public async Task Session_Kept_IsAskedForAndTold()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer) with { CleanSession = false }, _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ExpectAsync("100D00044D5154540400000F000163");

        await accepted.SendAsync("20020100");

        await _heard.ExpectAsync("connect True");
    }

    [Fact]
    public async Task Publish_AtEachQos_IsToldWithItsTokenWhenItIsDone()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        var first = connection.Publish(ActorStart.Message("a", "1") with { IsRetained = true });
        await _heard.ExpectAsync("Publish 1 a");
        var second = connection.Publish(ActorStart.Message("b", "2", MqttQos.AtLeastOnce));
        var third = connection.Publish(ActorStart.Message("c", "3", MqttQos.ExactlyOnce));

        await accepted.ExpectAsync("310400016131", "3206000162000132", "3406000163000233");
        Assert.False(_heard.HasEvent);
        await accepted.SendAsync("50020002");
        await accepted.ExpectAsync("62020002");
        await accepted.SendAsync("70020002");
        await _heard.ExpectAsync("Publish 3 c");
        await accepted.SendAsync("40020001");
        await _heard.ExpectAsync("Publish 2 b");
        Assert.Equal([1, 2, 3], new[] { first, second, third }.Select(token => token.Number));
        Assert.Equal(MqttCall.Publish, third.Call);
    }

    [Fact]
    public async Task Message_Received_IsToldAndAcknowledgedAfterTheCallback()
    {
        await using var peer = new ScriptedPeer();
        using var mayReturn = new ManualResetEventSlim();
        using var isCalled = new ManualResetEventSlim();
        _heard.OnEvent = (_, text) =>
        {
            if (text.StartsWith("message b", StringComparison.Ordinal))
            {
                isCalled.Set();
                Assert.True(mayReturn.Wait(ScriptedPeer.Deadline));
            }
        };
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync("310400016131 3206000162000732 3406000163000833");
        await _heard.ExpectAsync("message a=1 q0 retained");
        Assert.True(isCalled.Wait(ScriptedPeer.Deadline));
        connection.Publish(ActorStart.Message("z", ""));
        await accepted.ExpectAsync("300300017A"); // And no PUBACK before it.
        mayReturn.Set();

        await _heard.ExpectAsync("message b=2 q1", "message c=3 q2", "Publish 1 z");
        Assert.Equal(["40020007", "50020008"], [await accepted.ReadAsync(), await accepted.ReadAsync()]);
    }

    [Fact]
    public async Task Subscription_Made_IsToldWithWhatWasGranted()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        connection.Subscribe("a/#", MqttQos.ExactlyOnce);
        await accepted.ExpectAsync("820800010003612F2302");
        await accepted.SendAsync("9003000101");
        await _heard.ExpectAsync("Subscribe 1 a/# q1");
        connection.Unsubscribe("a/#");
        await accepted.ExpectAsync("A20700020003612F23");
        await accepted.SendAsync("B0020002");

        await _heard.ExpectAsync("Unsubscribe 1 a/#");
    }

    [Fact]
    public async Task Disconnect_Called_SendsDisconnectBehindWhatWasPublished()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        connection.Publish(ActorStart.Message("a", ""));
        connection.Disconnect();

        await accepted.ExpectAsync("3003000161", "E000", "");
        await _heard.ExpectAsync("Publish 1 a", "disconnect");
        Assert.Null(connection.RemoteAddress);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "20020000", "3004000177" + "78|E000|")]
    [InlineData(MqttProtocolVersion.V50, "2003000000", "E00104|")]
    public async Task Disconnect_WithTheWill_PublishesItFirstOrAsksTheServerTo(
        MqttProtocolVersion version, string connAck, string expected)
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Options(peer) with
        {
            Version = version,
            Will = new MqttWill { Topic = "w", Payload = "x"u8.ToArray() },
        };
        await using var connection = ActorStart.Begin(options, _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();
        await accepted.SendAsync(connAck);
        await _heard.ExpectAsync("connect False");

        connection.Disconnect(sendWill: true);

        await accepted.ExpectAsync(expected.Split('|'));
        await _heard.ExpectAsync("disconnect");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 30)]
    public async Task Ping_AfterSilence_IsSentAndItsAnswerTold(int keepAliveSeconds, int pingedWithinSeconds)
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var options = ActorStart.Options(peer) with { KeepAlive = TimeSpan.FromSeconds(keepAliveSeconds) };
        await using var connection = ActorStart.Begin(options, _heard, time);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        time.Advance(TimeSpan.FromSeconds(pingedWithinSeconds));
        await accepted.ExpectAsync("C000");
        await accepted.SendAsync("D000");

        await _heard.ExpectAsync("ping");
    }

    [Fact]
    public async Task Bytes_SplitAndGlued_AreTheSamePackets()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        foreach (var part in "30 04 00 01 61 31 30 04 00 01 62".Split(' '))
        {
            await accepted.SendAsync(part);
        }

        await accepted.SendAsync("32 30 04 00 01 63 33");

        await _heard.ExpectAsync("message a=1 q0", "message b=2 q0", "message c=3 q0");
    }

    private static string FromHex(string hex) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(hex));
}
