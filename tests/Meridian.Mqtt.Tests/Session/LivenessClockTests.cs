using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

public sealed class LivenessClockTests
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(16);

    [Fact]
    public void Silence_PingsOnceThenDies_WithinOneAndAHalf()
    {
        var verdicts = Run(static now => Facts(now, TimeSpan.Zero, lastSent: now), 100);

        Assert.Equal([(12, LivenessVerdict.Ping), (22, LivenessVerdict.LinkIsDead)], verdicts.Take(2));
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.1.2-23")]
    public void ReceivingOnly_Pings_SoThatTheServerHears()
    {
        var verdicts = Run(static now => Facts(now, now, lastSent: TimeSpan.Zero), 30);

        Assert.Equal([(12, LivenessVerdict.Ping), (24, LivenessVerdict.Ping)], verdicts);
    }

    [Fact]
    public void NotReading_PingsAndNeverDies()
    {
        var verdicts = Run(
            static now => Facts(now, waitingSince: null, lastSent: TimeSpan.Zero) with { OldestPublish = 1 }, 200);

        Assert.All(verdicts, static verdict => Assert.Equal(LivenessVerdict.Ping, verdict.Verdict));
        Assert.Equal(16, verdicts.Count);
    }

    [Fact]
    public void Answer_OfTheSameTurn_IsOverdueWhereProgressIsNot()
    {
        var standing = Run(static now => Facts(now, now, lastSent: now) with { OldestRelease = 7 }, 100);
        var moving = Run(
            static now => Facts(now, now, lastSent: now) with { OldestPublish = now.Ticks, OldestRequest = now.Ticks },
            100);

        Assert.Equal((32, LivenessVerdict.AnswerIsOverdue), standing[0]);
        Assert.Empty(moving);
    }

    [Fact]
    public void WithoutKeepAlive_PingsEvery30SecondsAndNeverDies()
    {
        var clock = new LivenessClock(TimeSpan.Zero, TimeSpan.FromSeconds(240), TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(3.75), clock.Period);
        var pings = Enumerable.Range(1, 64).Count(
            i => clock.OnTick(Facts(i * clock.Period, TimeSpan.Zero, TimeSpan.Zero)) == LivenessVerdict.Ping);

        Assert.Equal(8, pings);
    }

    private static LivenessFacts Facts(TimeSpan now, TimeSpan? waitingSince, TimeSpan lastSent) =>
        new(now, waitingSince, lastSent, 0, 0, 0);

    private static List<(int Second, LivenessVerdict Verdict)> Run(Func<TimeSpan, LivenessFacts> facts, int seconds)
    {
        var clock = new LivenessClock(KeepAlive, TimeSpan.FromSeconds(30), TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(2), clock.Period);
        return [.. Enumerable.Range(1, seconds / 2)
            .Select(i => (2 * i, clock.OnTick(facts(TimeSpan.FromSeconds(2 * i)))))
            .Where(static verdict => verdict.Item2 != LivenessVerdict.Nothing)];
    }
}
