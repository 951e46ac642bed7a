namespace Meridian.Journal.Appending;

/// <summary>
/// Lets a group fill up before it is flushed. Writers that wait for their appends all come back in the moment after a
/// flush; a flush that began with the first of them would leave the others to the next one, and two flushes would do
/// the work of one for good. So the writer's thread waits until as many have gathered as a moment ago, for a part of
/// what a flush takes at most, and less and less often where none come. Belongs to the writer's thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="gathered">How many appends the next group would have by now.</param>
internal sealed class GatherPause(TimeProvider time, Func<int> gathered)
{
    // Beyond this a slow disk is no reason to wait: those who were told are back by then.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(0.5);
    private const int MostSkipped = 64;

    // Far more than go into that time: a clock that stands must not hold the writer.
    private const int MostRounds = 10_000;

    private TimeSpan _flush;
    private int _expected;
    private int _skipNext;
    private int _skipsLeft;

    /// <summary>A group was made durable.</summary>
    /// <param name="appends">Its appends, whose callers are told now and may come again, beside those that have
    /// gathered meanwhile.</param>
    /// <param name="took">How long it took.</param>
    public void Note(int appends, TimeSpan took)
    {
        _expected = appends + gathered();
        _flush = took;
    }

    /// <summary>Waits for more appends where more are likely.</summary>
    public void Wait()
    {
        var before = gathered();
        if (before == 0 || before >= _expected)
        {
            return;
        }

        if (_skipsLeft > 0)
        {
            _skipsLeft--;
            return;
        }

        var patience = _flush / 2 < Longest ? _flush / 2 : Longest;
        var started = time.GetTimestamp();
        var now = before;
        for (var round = 0;
            round < MostRounds && now < _expected && time.GetElapsedTime(started) < patience;
            round++)
        {
            // The callers' continuations need the processor that this thread would spin on.
            _ = Thread.Yield();
            now = gathered();
        }

        // It was worth it when a good part of those that were missing has come.
        var isWorthIt = 2 * (now - before) >= _expected - before;
        _skipNext = isWorthIt ? 0 : Math.Clamp(2 * _skipNext, 1, MostSkipped);
        _skipsLeft = _skipNext;
    }
}
