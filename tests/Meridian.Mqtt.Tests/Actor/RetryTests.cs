using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>Which failures are tried again, when, and what waits meanwhile.</summary>
public sealed class RetryTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly NotifyRecorder _heard = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task FirstConnect_Failing_IsTriedAgainAtTheIntervalWhereRetryIsOn()
    {
        int port;
        await using (var nobody = new ScriptedPeer())
        {
            port = nobody.Port;
        }

        await using var peer = new ScriptedPeer();
        var options = ActorStart.Retrying(peer) with { Port = port };
        await using var connection = ActorStart.Begin(options, _heard, _time);

        for (var i = 0; i < 3; i++)
        {
            await _heard.ExpectAsync("error ConnectFailedRetry");
            var details = await _heard.NextDetailsAsync();
            Assert.True(details is { HasEnded: true, WillRetry: true });
            await AdvanceAsync(ActorStart.Interval - Moment);
            Assert.False(_heard.HasEvent);
            await AdvanceAsync(Moment);
        }
    }

    [Fact]
    public async Task Loss_OfTheConnection_IsRepairedAtTheInterval()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        await (await ActorStart.AcceptAsync(peer, _heard)).DisposeAsync();
        await _heard.ExpectAsync("error SocketRetry", "disconnect");

        var next = peer.AcceptAsync(isSessionPresent: false);
        await AdvanceAsync(ActorStart.Interval - Moment);
        Assert.False(next.IsCompleted);
        await AdvanceAsync(Moment);

        await using var second = await next;
        await _heard.ExpectAsync("connect False");
    }

    [Fact]
    public async Task Server_Unavailable_IsAskedLessAndLessOften()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time, new MostJitter());

        foreach (var seconds in (int[])[5, 10, 20])
        {
            await ActorStart.RefuseAsync(peer, "20020003");
            await _heard.ExpectAsync("error ConnectServerRetry");
            await AdvanceAsync(TimeSpan.FromSeconds(seconds - 1));
            Assert.False(_heard.HasEvent);
            await AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
    }

    [Fact]
    public async Task Calls_WithoutAConnection_WaitForTheNextOneInOrder()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        connection.Subscribe("a", MqttQos.AtLeastOnce);
        connection.Publish(ActorStart.Message("b", "1"));
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        await first.ExpectAsync("82060001000161" + "01", "300400016231");
        await _heard.ExpectAsync("Publish 1 b");
        await first.DisposeAsync(); // The SUBSCRIBE has no answer yet.
        await _heard.ExpectAsync("error SocketRetry", "disconnect");
        connection.Publish(ActorStart.Message("b", "2"));
        connection.Publish(ActorStart.Message("b", "3", MqttQos.AtLeastOnce));

        await AdvanceAsync(ActorStart.Interval);
        await using var second = await ActorStart.AcceptAsync(peer, _heard);

        await second.ExpectAsync("82060002000161" + "01", "300400016232", "3206000162000333");
        await second.SendAsync("9003000201 40020003");
        await _heard.ExpectAsync("Publish 2 b");
        Assert.Equal(
            ["Publish 3 b", "Subscribe 1 a q1"],
            new[] { await _heard.NextAsync(), await _heard.NextAsync() }.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_DuringARetry_IsForGood(bool dispose)
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        await (await ActorStart.AcceptAsync(peer, _heard)).DisposeAsync();
        await _heard.ExpectAsync("error SocketRetry", "disconnect");
        connection.Publish(ActorStart.Message("a", ""));

        if (dispose)
        {
            await connection.DisposeAsync();
        }
        else
        {
            connection.Disconnect();
        }

        await _heard.ExpectAsync("error PublishConnected Publish 1", "disconnect");
        _time.Advance(ActorStart.Interval * 3);
        await Assert.ThrowsAsync<TimeoutException>(
            () => peer.AcceptAsync().WaitAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System));
        Assert.False(_heard.HasEvent);
    }

    [Fact]
    public async Task Disconnect_BeforeTheServerAnswers_EndsTheTry()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard);
        await using var accepted = await peer.AcceptAsync();
        await accepted.ReadAsync();

        connection.Disconnect();
        connection.Disconnect();

        await accepted.ExpectAsync("");
        var events = new[] { await _heard.NextAsync(), await _heard.NextAsync() };
        Assert.Equal(["disconnect", "error DisconnectDisconnected Disconnect 2"], events.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Subscription_RefusedWhenItIsRenewed_IsTold()
    {
        await using var peer = new ScriptedPeer();
        await using var connection = ActorStart.Begin(ActorStart.Retrying(peer), _heard, _time);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        connection.Subscribe("a");
        await first.ReadAsync();
        await first.SendAsync("9003000100");
        await _heard.ExpectAsync("Subscribe 1 a q0");
        await first.DisposeAsync();
        await _heard.ExpectAsync("error SocketRetry", "disconnect");

        await AdvanceAsync(ActorStart.Interval);
        await using var second = await ActorStart.AcceptAsync(peer, _heard);
        await second.ExpectAsync("82060002000161" + "00");
        await second.SendAsync("9003000280");

        await _heard.ExpectAsync("error SubscribeFailure");
    }

    /// <summary>Time passes when the loop has begun to wait for it.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        await _time.WhenTimerAsync();
        _time.Advance(by);
    }

    private sealed class MostJitter() : Random(0)
    {
        public override double NextDouble() => 1;
    }
}
