using System.Text;
using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>
/// One test per flaw of the seed that can show, in the order of our list of them; the number is the flaw's. The
/// nineteenth, fields with swapped names, cannot.
/// </summary>
public sealed class SeedFlawTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly NotifyRecorder _heard = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Flaw01_Qos2ResumedCrossed_IsResumedAsTheProtocolSays()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(
            ActorStart.Retrying(peer) with { CleanSession = false }, _heard, _time);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.ExactlyOnce));
        await first.ExpectAsync("34050001610001");
        await first.SendAsync("50020001 34050001620009"); // PUBREC of ours, and one of theirs.
        Assert.Equal(["50020009", "62020001"], await ReadSortedAsync(first, 2), StringComparer.Ordinal);
        await first.DisposeAsync();
        await _heard.ExpectAsync("message b= q2", "error SocketRetry", "disconnect");

        await using var second = await ReturnAsync(peer, isSessionPresent: true);

        await second.ExpectAsync("62020001"); // PUBREL for ours, nothing for theirs until its PUBREL comes.
        await second.SendAsync("62020009");
        await second.ExpectAsync("70020009");
        await second.SendAsync("70020001");
        await _heard.ExpectAsync("Publish 1 a");
    }

    [Fact]
    public async Task Flaw02_AcknowledgementRepeatedOrUnknown_IsNoFault()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
        await accepted.ReadAsync();

        await accepted.SendAsync("40020001 40020001 40020063 70020063 B0020063 9003006300 300400016231");

        await _heard.ExpectAsync("Publish 1 a", "message b=1 q0");
    }

    [Fact]
    public async Task Flaw03_ResendOnALivingConnection_DoesNotHappen()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard, _time);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
        connection.Subscribe("b");
        await accepted.ReadAsync();
        await accepted.ReadAsync();

        _time.Advance(10 * Second);
        connection.Publish(ActorStart.Message("z", ""));

        await accepted.ExpectAsync("300300017A");
    }

    [Fact]
    public async Task Flaw04_MessageAtQos2SentAgain_IsHeardOnceAndItsReleaseAnswered()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync("3406000161000931");
        await accepted.ExpectAsync("50020009");
        await accepted.SendAsync("3C06000161000931");
        await accepted.ExpectAsync("50020009");
        await accepted.SendAsync("62020009 62020063 300400016231");
        await accepted.ExpectAsync("70020009", "70020063"); // The second is unknown.

        await _heard.ExpectAsync("message a=1 q2", "message b=1 q0");
    }

    [Fact]
    public async Task Flaw05_PacketIdentifiers_AreNeverZeroNorInUseAndTheFirstSendIsNoRepeat()
    {
        const int Count = 4_200; // More than there are identifiers before they come round.
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce)); // Never acknowledged.
        Assert.Equal("32050001610001", await accepted.ReadAsync());

        for (var sent = 0; sent < Count; sent += 100)
        {
            for (var i = 0; i < 100; i++)
            {
                connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
            }

            var answers = new StringBuilder();
            for (var i = 0; i < 100; i++)
            {
                var packet = await accepted.ReadAsync();
                Assert.StartsWith("3205000161", packet, StringComparison.Ordinal);
                Assert.DoesNotContain(packet[^4..], (string[])["0000", "0001"], StringComparer.Ordinal);
                answers.Append("4002").Append(packet[^4..]);
            }

            await accepted.SendAsync(answers.ToString());
        }
    }

    [Theory]
    [InlineData(true, "3A050001610002")]
    [InlineData(false, "82060003000162" + "00" + "|32050001610002")]
    public async Task Flaw06_InFlightAndSubscriptions_SurviveAReconnect(bool isSessionPresent, string expected)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(
            ActorStart.Retrying(peer) with { CleanSession = false }, _heard, _time);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("b");
        await first.ReadAsync();
        await first.SendAsync("9003000100");
        await _heard.ExpectAsync("Subscribe 1 b q0");
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
        await first.ReadAsync();
        await first.DisposeAsync();
        await _heard.ExpectAsync("error SocketRetry", "disconnect");
        connection.Publish(ActorStart.Message("late", ""));

        await using var second = await ReturnAsync(peer, isSessionPresent);

        await second.ExpectAsync([.. expected.Split('|'), "300600046C617465"]);
    }

    [Fact]
    public async Task Flaw07_LinkThatIsHalfOpen_IsNoticedWithinOneAndAHalfKeepAlives()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard, _time);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await PassAsync(22.5);

        await _heard.ExpectAsync("error Socket", "disconnect");
        Assert.IsType<MqttTimeoutException>((await _heard.NextDetailsAsync()).Cause);
    }

    [Fact]
    public async Task Flaw07_ServerThatNeverAcceptsOrNeverAnswers_IsGivenUp()
    {
        await using var peer = new ScriptedPeer();
        await using var silent = ActorStart.Begin(ActorStart.Options(peer), _heard, _time);
        await using (var first = await peer.AcceptAsync())
        {
            await first.ReadAsync();
            _time.Advance(10 * Second);
            await _heard.ExpectAsync("error ConnectSocket");
            Assert.IsType<MqttTimeoutException>((await _heard.NextDetailsAsync()).Cause);
        }

        await using var connection = ActorStart.Begin(
            ActorStart.Options(peer) with { KeepAlive = TimeSpan.Zero }, _heard, _time);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("a");
        await accepted.ReadAsync();

        await PassAsync(34);

        await _heard.ExpectAsync("error SubscribeConnected Subscribe 1", "error Socket", "disconnect");
    }

    [Fact]
    public async Task Flaw08_CloseBetweenTcpAndConnAck_DoesNotEndTheRetries()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        for (var i = 0; i < 2; i++)
        {
            // The second comes at once with MQTT 3.1: the server may have closed because of the version.
            for (var j = 0; j < 2; j++)
            {
                await (await peer.AcceptAsync()).DisposeAsync();
                await _heard.ExpectAsync("error ConnectSocket");
                Assert.True((await _heard.NextDetailsAsync()).WillRetry);
            }

            await _time.WhenTimerAsync();
            _time.Advance(ActorStart.Interval);
        }

        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
    }

    [Fact]
    public async Task Flaw09_CloseOfTheOldSocket_DoesNotTouchTheNewOne()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        await using var old = await ActorStart.AcceptAsync(peer, _heard);
        await PassAsync(22.5); // Dead, though its socket is open at the other end.
        await _heard.ExpectAsync("error SocketRetry", "disconnect");
        await using var second = await ReturnAsync(peer, isSessionPresent: false);

        await old.DisposeAsync();
        await second.SendAsync("300400016131");

        await _heard.ExpectAsync("message a=1 q0");
        Assert.NotNull(connection.RemoteAddress);
    }

    [Fact]
    public async Task Flaw10_ConnAckThatRefuses_ClosesTheSocketWithOneError()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);

        await ActorStart.RefuseAsync(peer, "20020009"); // It demands that the socket is closed.

        await _heard.ExpectAsync("error ConnectServer");
        await connection.DisposeAsync();
        Assert.False(_heard.HasEvent);
    }

    [Theory]
    [InlineData("82060001000161" + "00")]
    [InlineData("A2050001000161")]
    public async Task Flaw11_SubscribeOrUnsubscribeOfAServer_IsKnownForWhatItIs(string packet)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync(packet);

        await _heard.ExpectAsync("error ServerCode");
        Assert.Contains("ubscribe", (await _heard.NextDetailsAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30FFFFFFFF01")] // Five bytes of length.
    [InlineData("30FFFFFF7F")] // 256 MiB.
    public async Task Flaw12_PacketWithoutAnEnd_IsRefusedAtItsHeader(string header)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync(header);

        await _heard.ExpectAsync("error UnexpectedFormat", "disconnect");
    }

    [Theory]
    [InlineData("30050003612F2B")] // A wildcard.
    [InlineData("30020000")] // Empty.
    [InlineData("30040002C328")] // Not UTF-8.
    [InlineData("3205000161" + "0000")] // Packet Identifier 0.
    [InlineData("9003000103")] // Granted QoS 3.
    public async Task Flaw13_WhatAServerNames_IsChecked(string packet)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("a");
        await accepted.ReadAsync();

        await accepted.SendAsync(packet);

        var events = new[] { await _heard.NextAsync(), await _heard.NextAsync() };
        Assert.Contains("error UnexpectedFormat", events, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("sport/#", "sport", true)]
    [InlineData("/finance", "foo/finance", false)]
    public void Flaw14_FiltersOfLevels_MatchAsTheyShould(string filter, string topic, bool matches) =>
        Assert.Equal(matches, TopicFilter.Matches(filter, topic));

    [Fact]
    public async Task Flaw15_TlsThatCannotBegin_NeverFallsBackToPlain()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(
            ActorStart.Options(peer) with { Tls = new MqttTlsOptions() }, _heard);

        await using var accepted = await peer.AcceptAsync();
        await accepted.SendAsync("15030300020228"); // A TLS alert: handshake failure.

        await _heard.ExpectAsync("error TlsAuthentication");
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<TimeoutException>(
            () => peer.AcceptAsync().WaitAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System));
    }

    [Fact]
    public void Flaw16_TextsTooLongForTheirLengthField_AreRefused()
    {
        var options = new MqttConnectionOptions { Host = "h" };
        var text = new string('x', 65_536);

        Assert.Single((options with { User = text }).Validate());
        Assert.Single((options with { ClientId = text }).Validate());
        Assert.Single((options with { User = "u", Password = new byte[65_536] }).Validate());
        Assert.Single((options with { Will = new MqttWill { Topic = text } }).Validate());
        Assert.Single((options with { Will = new MqttWill { Topic = "w", Payload = new byte[65_536] } }).Validate());
    }

    [Fact]
    public async Task Flaw17_ErrorOfACall_NamesTheCall()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", ""));

        var token = connection.Publish(ActorStart.Message("a/#", ""));

        await _heard.ExpectAsync("Publish 1 a", "error PublishTopic Publish 2");
        Assert.Equal(token, (await _heard.NextDetailsAsync()).Token);
    }

    [Fact]
    public async Task Flaw18_PublicationsInFlight_AreBoundedByWhatTheServerTakes()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Options(peer) with { Version = MqttProtocolVersion.V50 };
        await using var connection = ActorStart.Begin(options, _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();
        await accepted.SendAsync("2006000003210001"); // Receive Maximum 1.
        await _heard.ExpectAsync("connect False");

        connection.Publish(ActorStart.Message("a", "1", MqttQos.AtLeastOnce));
        connection.Publish(ActorStart.Message("a", "2", MqttQos.AtLeastOnce));
        connection.Subscribe("s");

        await accepted.ExpectAsync("320700016100010031");
        Assert.StartsWith("82", await accepted.ReadAsync(), StringComparison.Ordinal);
        await accepted.SendAsync("40020001");
        Assert.EndsWith("32", await accepted.ReadAsync(), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> ReadSortedAsync(PeerConnection peer, int count)
    {
        var packets = new List<string>();
        for (var i = 0; i < count; i++)
        {
            packets.Add(await peer.ReadAsync());
        }

        return packets.Order(StringComparer.Ordinal);
    }

    /// <summary>In steps, so that the loops may answer each tick.</summary>
    private async Task PassAsync(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.5)
        {
            _time.Advance(Second / 2);
            await Task.Yield();
        }
    }

    private async Task<PeerConnection> ReturnAsync(ScriptedPeer peer, bool isSessionPresent)
    {
        await _time.WhenTimerAsync();
        _time.Advance(ActorStart.Interval);
        return await ActorStart.AcceptAsync(peer, _heard, isSessionPresent);
    }
}
