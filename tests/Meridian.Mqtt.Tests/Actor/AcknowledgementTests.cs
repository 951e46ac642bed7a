using Meridian.Mqtt.Actor;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>
/// The server keeps a message until the user's callback has returned, and the user hears none twice at QoS 2.
/// </summary>
public sealed class AcknowledgementTests : IDisposable
{
    private readonly NotifyRecorder _heard = new();
    private readonly ManualTime _time = new();
    private readonly SemaphoreSlim _isAsked = new(0);
    private readonly ManualResetEventSlim _mayReturn = new();

    public void Dispose()
    {
        _isAsked.Dispose();
        _mayReturn.Dispose();
    }

    [Theory]
    [InlineData("320600016100 0931", "40020009")]
    [InlineData("340600016100 0931", "50020009")]
    public async Task Message_WhoseCallbackRuns_IsNotAcknowledgedBefore(string publish, string answer)
    {
        await using var peer = new ScriptedPeer();
        HoldMessages();
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync(publish);
        Assert.True(await _isAsked.WaitAsync(ScriptedPeer.Deadline));
        connection.Publish(ActorStart.Message("z", ""));

        await accepted.ExpectAsync("300300017A");
        _mayReturn.Set();
        await accepted.ExpectAsync(answer);
    }

    [Theory]
    [InlineData("320600016100 0931", "3A0600016100 0931", "1", "40020009")]
    [InlineData("340600016100 0931", "3C0600016100 0931", "2", "50020009")]
    public async Task Callback_ThatThrows_GetsTheMessageAgainOnTheNextConnection(
        string publish, string repeat, string qos, string answer)
    {
        await using var peer = new ScriptedPeer();
        var isFirst = true;
        _heard.OnEvent = (_, text) =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal) && isFirst)
            {
                isFirst = false;
                throw new InvalidOperationException("The disk is full.");
            }
        };
        await using var connection = ActorStart.Begin(
            ActorStart.Retrying(peer) with { CleanSession = false }, _heard, _time);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);

        await first.SendAsync(publish);
        await _heard.ExpectAsync($"message a=1 q{qos}", "error NotifyFailed", "error SocketRetry", "disconnect");
        await first.ExpectAsync("");
        Assert.True(await _heard.NextDetailsAsync() is { HasEnded: true, WillRetry: true });
        await using var second = await ReturnAsync(peer);
        await second.SendAsync(repeat);

        await _heard.ExpectAsync($"message a=1 q{qos}");
        await second.ExpectAsync(answer);
    }

    [Fact]
    public async Task CallbackAtQos2_StillRunningWhenTheMessageComesAgain_IsHeardOnceAndAnsweredThere()
    {
        await using var peer = new ScriptedPeer();
        HoldMessages();
        await using var connection = ActorStart.Begin(Impatient(peer), _heard);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        await first.SendAsync("3406000161000931");
        Assert.True(await _isAsked.WaitAsync(ScriptedPeer.Deadline));

        await first.DisposeAsync();
        await using var second = await peer.AcceptAsync(isSessionPresent: true);
        await second.SendAsync("3C06000161000931 62020063");
        await second.ExpectAsync("70020063"); // What is behind it is read, and it has no PUBREC yet.
        _mayReturn.Set();

        await second.ExpectAsync("50020009");
        await second.SendAsync("62020009");
        await second.ExpectAsync("70020009");
        await _heard.ExpectAsync("message a=1 q2", "error SocketRetry", "disconnect", "connect True");
        Assert.False(_heard.HasEvent);
    }

    [Fact]
    public async Task CallbackAtQos2_ThatThrowsWhenTheMessageHasComeAgain_GetsItOnTheConnectionAfter()
    {
        await using var peer = new ScriptedPeer();
        _heard.OnEvent = (_, text) =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal) && !_mayReturn.IsSet)
            {
                _isAsked.Release();
                Assert.True(_mayReturn.Wait(ScriptedPeer.Deadline));
                throw new InvalidOperationException("The disk is full.");
            }
        };
        await using var connection = ActorStart.Begin(Impatient(peer), _heard);
        await using var first = await ActorStart.AcceptAsync(peer, _heard);
        await first.SendAsync("3406000161000931");
        Assert.True(await _isAsked.WaitAsync(ScriptedPeer.Deadline));
        await first.DisposeAsync();
        await using var second = await peer.AcceptAsync(isSessionPresent: true);
        await second.SendAsync("3C06000161000931 62020063");
        await second.ExpectAsync("70020063");

        _mayReturn.Set();
        await second.ExpectAsync("");
        await using var third = await peer.AcceptAsync(isSessionPresent: true);
        await third.SendAsync("3C06000161000931");

        await third.ExpectAsync("50020009");
    }

    [Theory]
    [InlineData("320600016100 0931", "40020009")]
    [InlineData("340600016100 0931", "50020009")]
    public async Task Disconnect_WithinAMessage_LeavesBehindItsAcknowledgement(string publish, string answer)
    {
        await using var peer = new ScriptedPeer();
        _heard.OnEvent = static (connection, text) =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal))
            {
                connection.Disconnect();
            }
        };
        await using var connection = ActorStart.Begin(ActorStart.Options(peer), _heard);
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);

        await accepted.SendAsync(publish);

        await accepted.ExpectAsync(answer, "E000");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_UnheardAtTheEnd_StayWithAServerThatKeepsTheSession(bool isClean)
    {
        await using var peer = new ScriptedPeer();
        HoldMessages();
        var logger = new EndLog();
        await using var connection = new MqttConnection(
            ActorStart.Options(peer) with { CleanSession = isClean }, _heard, logger, random: new NoDelay());
        await using var accepted = await ActorStart.AcceptAsync(peer, _heard);
        await accepted.SendAsync("3206000161000131 3406000161000232 62020063");
        await accepted.ExpectAsync("70020063");
        Assert.True(await _isAsked.WaitAsync(ScriptedPeer.Deadline));

        await accepted.DisposeAsync();
        await logger.Ended.Task.WaitAsync(ScriptedPeer.Deadline);
        _mayReturn.Set();

        await _heard.ExpectAsync("message a=1 q1");
        await _heard.ExpectAsync(isClean ? ["message a=2 q2", "error Socket"] : ["error Socket"]);
    }

    private static MqttConnectionOptions Impatient(ScriptedPeer peer) => ActorStart.Options(peer) with
    {
        CleanSession = false,
        RetryConnection = TimeSpan.FromMilliseconds(1),
    };

    private void HoldMessages() => _heard.OnEvent = (_, text) =>
    {
        if (text.StartsWith("message", StringComparison.Ordinal))
        {
            _isAsked.Release();
            Assert.True(_mayReturn.Wait(ScriptedPeer.Deadline));
        }
    };

    private async Task<PeerConnection> ReturnAsync(ScriptedPeer peer)
    {
        await _time.WhenTimerAsync();
        _time.Advance(ActorStart.Interval);
        return await ActorStart.AcceptAsync(peer, _heard, isSessionPresent: true);
    }

    /// <summary>Hears that the engine has given up.</summary>
    private sealed class EndLog : ClientLog
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void OnEvent(int id, string text, Exception? error)
        {
            if (id == EventIds.GaveUp)
            {
                Ended.TrySetResult();
            }
        }
    }
}
