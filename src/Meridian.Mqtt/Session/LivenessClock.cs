using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Session;

/// <summary>
/// Decides when to ping and when the link is dead, by received bytes alone: what this side sends proves nothing about
/// the other.
/// Asked at every <see cref="Period"/>. Pure.
/// </summary>
/// <remarks>With a Keep Alive of K: PINGREQ after 0.75 K of silence in either direction (the server wants to hear
/// something each K, this side
/// wants an answer); dead after 1.375 K without a byte, so that with ticks of K/8 it is found within 1.5 K.</remarks>
internal sealed class LivenessClock
{
    private const int TicksPerKeepAlive = 8;
    private static readonly TimeSpan PingWithoutKeepAlive = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _pingAfter;
    private readonly TimeSpan _deadAfter;
    private readonly TimeSpan _answerWithin;
    private TimeSpan _lastPing;
    private Standstill _publish;
    private Standstill _release;
    private Standstill _request;

    public LivenessClock(TimeSpan keepAlive, TimeSpan answerWithin, TimeSpan now)
    {
        var isWatching = keepAlive > TimeSpan.Zero;
        _pingAfter = isWatching ? keepAlive * 0.75 : PingWithoutKeepAlive;
        _deadAfter = isWatching ? keepAlive * 1.375 : TimeSpan.MaxValue;
        _answerWithin = answerWithin;
        _lastPing = now;
        var shortest = isWatching && keepAlive < answerWithin ? keepAlive : answerWithin;
        Period = (shortest < PingWithoutKeepAlive ? shortest : PingWithoutKeepAlive) / TicksPerKeepAlive;
    }

    /// <summary>How often <see cref="OnTick"/> must be asked.</summary>
    public TimeSpan Period { get; }

    /// <summary>What has no answer, once the verdict is that one is overdue: the name of the packet.</summary>
    public string Overdue { get; private set; } = "a packet";

    public LivenessVerdict OnTick(in LivenessFacts facts)
    {
        var silence = facts.WaitingSince is { } since ? facts.Now - since : TimeSpan.Zero;
        if (silence >= _deadAfter)
        {
            return LivenessVerdict.LinkIsDead;
        }

        // While nothing is read, answers may lie unread: then no answer can be overdue.
        var isReading = facts.WaitingSince is not null;
        var overdue = FindOverdue(facts, isReading);
        if (overdue is not null)
        {
            Overdue = overdue;
            return LivenessVerdict.AnswerIsOverdue;
        }

        if ((silence >= _pingAfter || facts.Now - facts.LastSent >= _pingAfter) && facts.Now - _lastPing >= _pingAfter)
        {
            _lastPing = facts.Now;
            return LivenessVerdict.Ping;
        }

        return LivenessVerdict.Nothing;
    }

    private string? FindOverdue(in LivenessFacts facts, bool isReading) =>
        _publish.LastsFor(facts.OldestPublish, isReading, facts.Now) >= _answerWithin ? "PUBLISH"
        : _release.LastsFor(facts.OldestRelease, isReading, facts.Now) >= _answerWithin ? "PUBREL"
        : _request.LastsFor(facts.OldestRequest, isReading, facts.Now) >= _answerWithin ? "SUBSCRIBE or UNSUBSCRIBE"
        : null;

    /// <summary>How long the oldest of a kind has been the same one; costs nothing per message.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Standstill
    {
        private long _turn;
        private TimeSpan _since;
        private TimeSpan _lastTick;

        public TimeSpan LastsFor(long turn, bool isReading, TimeSpan now)
        {
            if (turn != _turn || turn == 0)
            {
                _turn = turn;
                _since = now;
            }
            else if (!isReading)
            {
                _since += now - _lastTick; // The clock stands still.
            }

            _lastTick = now;
            return now - _since;
        }
    }
}

/// <summary>What the link must do at a tick of its clock.</summary>
internal enum LivenessVerdict
{
    Nothing,
    Ping,
    LinkIsDead,
    AnswerIsOverdue,
}

/// <summary>What the link knows at a tick.</summary>
/// <param name="Now">The time, from any fixed moment.</param>
/// <param name="WaitingSince">Since when the reader has waited for bytes and got none; null while it is not waiting,
/// because it works, or because the application holds too much: then silence proves nothing.</param>
/// <param name="LastSent">When bytes last went to the socket.</param>
/// <param name="OldestPublish">The turn of the oldest PUBLISH without answer, 0 for none.</param>
/// <param name="OldestRelease">The turn of the oldest PUBREL without answer, 0 for none.</param>
/// <param name="OldestRequest">The turn of the oldest SUBSCRIBE or UNSUBSCRIBE without answer, 0 for none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LivenessFacts(
    TimeSpan Now,
    TimeSpan? WaitingSince,
    TimeSpan LastSent,
    long OldestPublish,
    long OldestRelease,
    long OldestRequest);
