using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>Callbacks come one by one, in order, bounded, and in nobody's way.</summary>
public sealed class CallbackTests
{
    private readonly NotifyRecorder _heard = new();

    [Fact]
    public async Task Calls_FromWithinACallback_AreTaken()
    {
        await using var peer = new ScriptedPeer();
        _heard.OnEvent = (connection, text) =>
        {
            switch (text)
            {
                case "connect False":
                    connection.Subscribe("a");
                    break;
                case "message a=1 q0":
                    connection.Publish(ActorStart.Message("b", ""));
                    connection.Disconnect();
                    break;
                case "disconnect":
                    connection.Dispose();
                    break;
                default:
                    break;
            }
        };
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        await accepted.ExpectAsync("82060001000161" + "00");

        await accepted.SendAsync("9003000100 300400016131");

        await accepted.ExpectAsync("3003000162", "E000");
        await _heard.ExpectAsync("Subscribe 1 a q0", "message a=1 q0", "Publish 1 b", "disconnect");
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Callback_ThatIsSlow_StopsNeitherPingsNorAcknowledgements()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        using var mayReturn = new ManualResetEventSlim();
        _heard.OnEvent = (_, _) => Assert.True(mayReturn.Wait(ScriptedPeer.Deadline));
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard, time);
        await using var accepted = await peer.AcceptAsync(isSessionPresent: false);
        await accepted.SendAsync("300400016131 62020001"); // PUBCOMP says that the connection is read.
        await accepted.ExpectAsync("70020001");

        time.Advance(TimeSpan.FromSeconds(12));
        await accepted.ExpectAsync("C000");
        await accepted.SendAsync("D000 62020002");
        await accepted.ExpectAsync("70020002");

        Assert.False(_heard.HasEvent);
        mayReturn.Set();
        await _heard.ExpectAsync("connect False", "message a=1 q0", "ping");
    }

    [Fact]
    public async Task Messages_Unheard_PauseTheReaderAtTheirLimit()
    {
        await using var peer = new ScriptedPeer();
        using var mayReturn = new SemaphoreSlim(0);
        using var isAsked = new SemaphoreSlim(0);
        _heard.OnEvent = (_, text) =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal))
            {
                isAsked.Release();
                Assert.True(mayReturn.Wait(ScriptedPeer.Deadline));
            }
        };
        var options = ActorStart.Options(peer) with { MaxUnheardMessages = 2 };
        await using var connection = ActorStart.Begin(options, _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        // Two messages, then one more and a PUBREL whose PUBCOMP would say that they were read.
        await accepted.SendAsync("300400016131 300400016132 300400016133 62020063");
        Assert.True(await isAsked.WaitAsync(ScriptedPeer.Deadline));
        connection.Publish(ActorStart.Message("z", ""));
        await accepted.ExpectAsync("300300017A");
        mayReturn.Release(3);

        await accepted.ExpectAsync("70020063");
        await _heard.ExpectAsync("message a=1 q0", "message a=2 q0");
    }

    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedAtOnceAndOneByOne()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Retrying(peer) with { MaxQueuedCalls = 2 };
        await using var connection = ActorStart.Begin(options, _heard); // Nobody accepts yet.

        for (var i = 0; i < 3; i++)
        {
            connection.Publish(ActorStart.Message("a", "1"));
        }

        connection.Subscribe("s");
        connection.Publish(ActorStart.Message("a", "1"));
        connection.Unsubscribe("s");

        await _heard.ExpectAsync("error PublishQueueFull Publish 3");
        var rest = new[] { await _heard.NextAsync(), await _heard.NextAsync(), await _heard.NextAsync() };
        Assert.Equal(
            ["error PublishQueueFull Publish 4", "error SubscribeQueueFull Subscribe 1",
                "error UnsubscribeQueueFull Unsubscribe 1"],
            rest.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        await using var accepted = await peer.AcceptAsync(isSessionPresent: false);
        await _heard.ExpectAsync("connect False", "Publish 1 a", "Publish 2 a");
        connection.Publish(ActorStart.Message("a", "1")); // There is room again.
        await _heard.ExpectAsync("Publish 5 a");
    }

    [Fact]
    public async Task Calls_WithTooManyBytes_AreRefused()
    {
        await using var peer = new ScriptedPeer();
        var options = ActorStart.Retrying(peer) with { MaxQueuedBytes = 10 };
        await using var connection = ActorStart.Begin(options, _heard);

        connection.Publish(ActorStart.Message("a", "1234567890 and more"));
        connection.Publish(ActorStart.Message("a", ""));

        await _heard.ExpectAsync("error PublishQueueFull Publish 2");
    }

    [Fact]
    public async Task Payload_ChangedByTheCallerAfterwards_IsSentAsItWas()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard);
        var payload = "x"u8.ToArray();

        connection.Publish(new MqttApplicationMessage { Topic = "a", Payload = payload });
        payload[0] = (byte)'y';

        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        await accepted.ExpectAsync("300400016178");
    }

    [Fact]
    public async Task Loss_OfTheConnection_IsToldInOrderAndForAllCalls()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
        await accepted.ReadAsync();

        await accepted.DisposeAsync();

        await _heard.ExpectAsync("error PublishLost Publish 1", "error Socket");
        await _heard.ExpectAsync("disconnect");
        connection.Publish(ActorStart.Message("a", ""));
        await _heard.ExpectAsync("error PublishConnected Publish 2");
    }

    [Fact]
    public async Task Outcomes_AndMessagesOfOneRead_AreToldInTheirOrder()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        for (var i = 0; i < 3; i++)
        {
            connection.Publish(ActorStart.Message("a", "", MqttQos.AtLeastOnce));
            await accepted.ReadAsync();
        }

        connection.Subscribe("s");
        await accepted.ReadAsync();

        await accepted.SendAsync("40020001 300400016231 40020002 D000 9003000400 300400016232 40020003 300400016233");

        await _heard.ExpectAsync(
            "Publish 1 a",
            "message b=1 q0",
            "Publish 2 a",
            "ping",
            "Subscribe 1 s q0",
            "message b=2 q0",
            "Publish 3 a",
            "message b=3 q0");
    }

    [Fact]
    public async Task Disposal_OfAConnection_TellsEverythingAndThenNothing()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        connection.Publish(ActorStart.Message("a", "", MqttQos.ExactlyOnce));

        await connection.DisposeAsync();
        await connection.DisposeAsync();

        await _heard.ExpectAsync("error PublishLost Publish 1", "disconnect");
        Assert.False(_heard.HasEvent);
        Assert.Throws<ObjectDisposedException>(() => connection.Publish(ActorStart.Message("a", "")));
        Assert.Throws<ObjectDisposedException>(() => connection.Subscribe("a"));
        Assert.Throws<ObjectDisposedException>(() => connection.Disconnect());
    }

    [Fact]
    public async Task Events_OfLossesNobodyHears_HoldUpTheNextTry()
    {
        await using var peer = new ScriptedPeer();
        using var mayReturn = new ManualResetEventSlim();
        _heard.OnEvent = (_, _) => Assert.True(mayReturn.Wait(ScriptedPeer.Deadline));
        var options = ActorStart.Options(peer) with { RetryConnection = TimeSpan.FromTicks(1) };
        await using var connection = ActorStart.Begin(options, _heard);

        // One is being told, so each further loss adds three: the seventh connection is not tried for.
        for (var i = 0; i < 6; i++)
        {
            await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        }

        await Assert.ThrowsAsync<TimeoutException>(
            () => peer.AcceptAsync().WaitAsync(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        mayReturn.Set();
        for (var i = 0; i < 6; i++)
        {
            await _heard.ExpectAsync("connect False", "error SocketRetry", "disconnect");
        }
    }
}
