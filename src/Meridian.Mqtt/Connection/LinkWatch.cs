using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Asks the <see cref="LivenessClock"/> at every tick and does what it says. One timer per link, none per message.
/// </summary>
internal sealed class LinkWatch(Link link, ClientState state, TimeProvider time) : IAsyncDisposable
{
    private readonly LivenessClock _clock = new(
        link.Limits.KeepAlive, state.Options.AcknowledgementTimeout, time.GetElapsedTime(0, time.GetTimestamp()));

    private ITimer? _timer;

    /// <summary>
    /// The first tick comes at the next multiple of the period, so that the clocks of many links wake the process
    /// together rather than each by itself.
    /// </summary>
    public void Start()
    {
        var period = _clock.Period;
        var passed = new TimeSpan(Since(time.GetTimestamp()).Ticks % period.Ticks);
        _timer = time.CreateTimer(static watch => ((LinkWatch)watch!).OnTick(), this, period - passed, period);
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void OnTick()
    {
        LivenessVerdict verdict;
        lock (state.Gate)
        {
            if (state.Link != link)
            {
                return;
            }

            verdict = _clock.OnTick(new LivenessFacts(
                Since(time.GetTimestamp()),
                link.WaitingSince is { } since ? Since(since) : null,
                Since(link.LastSent),
                state.Publications.OldestSentTurn,
                state.Publications.OldestReleasedTurn,
                state.Requests.OldestTurn));
            if (verdict == LivenessVerdict.Ping)
            {
                PacketEncoder.WriteEmpty(link.Gathering, PacketType.PingReq);
            }
        }

        var options = state.Options;
        switch (verdict)
        {
            case LivenessVerdict.Ping:
                link.Wake();
                break;
            case LivenessVerdict.LinkIsDead:
                link.End(new MqttTimeoutException(
                    $"No byte came within 1.5 times the KeepAlive of {link.Limits.KeepAlive.TotalSeconds} s, no answer "
                    + "to a ping either; the server hangs, or the network is cut without a word."));
                break;
            case LivenessVerdict.AnswerIsOverdue:
                link.End(new MqttTimeoutException(
                    $"The server did not answer {_clock.Overdue} within AcknowledgementTimeout, "
                    + $"{options.AcknowledgementTimeout.TotalSeconds} s, although it is heard."));
                break;
            default:
                break;
        }
    }

    private TimeSpan Since(long timestamp) => time.GetElapsedTime(0, timestamp);
}
