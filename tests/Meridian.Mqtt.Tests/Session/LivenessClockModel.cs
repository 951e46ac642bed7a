using Meridian.Fixtures;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>
/// A link of random traffic, pauses and standstills at the clock's own ticks; the model counts each duration by itself.
/// </summary>
public sealed class LivenessClockModel
{
    private readonly long[] _turns = new long[3];
    private readonly long[] _seen = new long[3];
    private readonly TimeSpan[] _lasting = new TimeSpan[3];
    private Random _random = new(0);
    private long _lastTurn;

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public void Clock_OnRandomTraffic_PingsAndEndsWhenTheModelDoes() => Seed.Run(random =>
    {
        _random = random;
        var left = TestMode.Pick(full: 1_000_000, brief: 100_000);
        var verdicts = new HashSet<LivenessVerdict>();
        while (left > 0)
        {
            left -= RunLink(verdicts);
        }

        Assert.Equal(4, verdicts.Count); // All of them came up.
    });

    private int RunLink(HashSet<LivenessVerdict> verdicts)
    {
        var keepAlive = TimeSpan.FromSeconds(_random.Next(5) == 0 ? 0 : _random.Next(1, 60));
        var answerWithin = TimeSpan.FromSeconds(_random.Next(1, 90));
        var now = TimeSpan.FromSeconds(_random.Next(1, 1_000));
        var clock = new LivenessClock(keepAlive, answerWithin, now);
        var shortest = new[] { keepAlive, answerWithin, TimeSpan.FromSeconds(30) }
            .Where(static span => span > TimeSpan.Zero).Min();
        Assert.Equal(shortest / 8, clock.Period);

        var lastPing = now;
        var lastSent = now;
        TimeSpan? waitingSince = now;
        Array.Clear(_turns);
        Array.Clear(_seen);
        for (var tick = 1; ; tick++)
        {
            now += clock.Period;
            if (_random.Next(20) == 0)
            {
                waitingSince = waitingSince is null || _random.Next(2) == 0 ? now : null;
            }

            lastSent = _random.Next(4) == 0 ? now : lastSent;
            MoveTurns(now, clock.Period, waitingSince is not null);
            var expected = Expect(
                new Clocks(keepAlive, answerWithin, now, waitingSince, lastSent, lastPing));
            var verdict = clock.OnTick(new LivenessFacts(
                now, waitingSince, lastSent, _turns[0], _turns[1], _turns[2]));
            Assert.Equal(expected, verdict);
            verdicts.Add(verdict);
            if (verdict == LivenessVerdict.Ping)
            {
                lastPing = now;
            }
            else if (verdict != LivenessVerdict.Nothing)
            {
                return tick; // The link has ended.
            }
        }
    }

    private void MoveTurns(TimeSpan now, TimeSpan period, bool isReading)
    {
        Assert.True(now > TimeSpan.Zero);
        for (var kind = 0; kind < _turns.Length; kind++)
        {
            if (_random.Next(12) == 0)
            {
                _turns[kind] = _random.Next(3) == 0 ? 0 : ++_lastTurn;
            }

            var isSame = _turns[kind] != 0 && _turns[kind] == _seen[kind];
            _lasting[kind] = !isSame ? TimeSpan.Zero : isReading ? _lasting[kind] + period : _lasting[kind];
            _seen[kind] = _turns[kind];
        }
    }

    private LivenessVerdict Expect(Clocks clocks)
    {
        var isWatching = clocks.KeepAlive > TimeSpan.Zero;
        var silence = clocks.Now - (clocks.WaitingSince ?? clocks.Now);
        var pingAfter = isWatching ? clocks.KeepAlive * 0.75 : TimeSpan.FromSeconds(30);
        if (isWatching && silence >= clocks.KeepAlive * 1.375)
        {
            return LivenessVerdict.LinkIsDead;
        }

        if (_lasting.Any(lasting => lasting >= clocks.AnswerWithin))
        {
            return LivenessVerdict.AnswerIsOverdue;
        }

        var isQuiet = silence >= pingAfter || clocks.Now - clocks.LastSent >= pingAfter;
        return isQuiet && clocks.Now - clocks.LastPing >= pingAfter ? LivenessVerdict.Ping : LivenessVerdict.Nothing;
    }

    private sealed record Clocks(
        TimeSpan KeepAlive,
        TimeSpan AnswerWithin,
        TimeSpan Now,
        TimeSpan? WaitingSince,
        TimeSpan LastSent,
        TimeSpan LastPing);
}
