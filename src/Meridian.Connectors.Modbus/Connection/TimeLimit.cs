using System.Diagnostics.CodeAnalysis;

namespace Meridian.Connectors.Modbus.Connection;

/// <summary>
/// A time limit on one await after the other, without an allocation for each: a token that is cancelled by the caller's
/// or when the time is over. One await at a time.
/// </summary>
internal sealed class TimeLimit(TimeProvider time) : IDisposable
{
    private CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private CancellationTokenRegistration _outer;

    /// <summary>Begins a limit; <see cref="End"/> follows before the next.</summary>
    /// <param name="within">How long.</param>
    /// <param name="outer">The caller's token.</param>
    public CancellationToken Begin(TimeSpan within, CancellationToken outer)
    {
        if (_source.IsCancellationRequested)
        {
            _source.Dispose();
            _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        }

        _source.CancelAfter(within);
        _outer = outer.UnsafeRegister(static source => Cancel((CancellationTokenSource)source!), _source);
        return _source.Token;
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        _outer.Dispose(); // Waits for a cancellation under way, so the source is left alone from here on.
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outer.Dispose();
        _source.Dispose();
    }

    [SuppressMessage(
        "Usage", "VSTHRD103:Call async methods when in an async method", Justification = "A callback of a token.")]
    private static void Cancel(CancellationTokenSource source) => source.Cancel();
}
