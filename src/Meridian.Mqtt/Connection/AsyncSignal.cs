using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Wakes one loop: set by any thread, taken by one waiter, set twice is set once. Allocates nothing, and never runs the
/// waiter on the setter's
/// thread: it is its own work item.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Set = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    public void Signal()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Set)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state == Idle ? Set : Idle, state) == state)
            {
                if (state == Waiting)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }

                return;
            }
        }
    }

    /// <summary>
    /// Completes at the next signal, or at once when there was one since the last wait. One waiter at a time.
    /// </summary>
    [SuppressMessage(
        "Style", "VSTHRD200:Use Async suffix", Justification = "It has it; the rule wants an async method.")]
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _core.Version);
        }

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
