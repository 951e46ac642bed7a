namespace Meridian.Connectors.Http.Client;

/// <summary>
/// Spreads requests evenly: each begins at least an interval after the one before. Any thread; callers take their turns
/// in the order in which they came.
/// </summary>
/// <remarks>
/// A class of its own, not <c>System.Threading.RateLimiting</c>: that is a package, and knows no injected clock.
/// </remarks>
internal sealed class RequestPace(double? perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _interval = perSecond is { } rate ? TimeSpan.FromSeconds(1 / rate) : TimeSpan.Zero;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits for the caller's turn. A cancelled wait leaves its turn unused.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetUtcNow();

            // A clock that was set back must not hold requests for as long as it was ahead.
            var turn = _next > now && _next - now <= _interval * 1_000 ? _next : now;
            wait = turn - now;
            _next = turn + _interval;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
