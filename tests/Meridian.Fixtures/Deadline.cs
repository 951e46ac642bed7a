namespace Meridian.Fixtures;

/// <summary>
/// Waits for what no event tells, by looking again and again: the one place in the tests that polls. Where a line, a
/// task or a completion source tells it, wait for that.
/// </summary>
public static class Deadline
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a wait takes at most unless told otherwise.</summary>
    /// <value>30 s: far above what a healthy run needs, so that only a fault reaches it.</value>
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">What shall hold.</param>
    /// <param name="what">What is waited for, in words, for the message of a failure.</param>
    /// <param name="within">How long at most; null means <see cref="Default"/>.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, within);

    /// <summary>Waits until a condition holds that has to be asked for.</summary>
    /// <param name="condition">What shall hold. What it throws ends the wait.</param>
    /// <param name="what">What is waited for, in words, for the message of a failure.</param>
    /// <param name="within">How long at most; null means <see cref="Default"/>.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var limit = within ?? Default;
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain: {what}.");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
