namespace Meridian.Engine.Supervision;

/// <summary>
/// How long to wait before the next try: doubling from the first delay to the cap, each with jitter so that many
/// connectors that lost the same peer do not return in step. Used by one loop.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan cap, Random random)
{
    private int _failures;

    /// <summary>The next delay, between half the current ceiling and the ceiling; then the ceiling doubles.</summary>
    public TimeSpan Next()
    {
        var ceiling = first * Math.Pow(2, _failures);
        if (ceiling < cap)
        {
            _failures++;
        }
        else
        {
            ceiling = cap;
        }

        return ceiling * (0.5 + (random.NextDouble() / 2));
    }

    /// <summary>Something worked: the next failure starts over.</summary>
    public void Reset() => _failures = 0;
}
