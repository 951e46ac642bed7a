using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Wakes one loop: set by any thread, taken by one waiter, set twice is set once. Allocates nothing. The waiter runs as
/// its own work item, unless the setter lends it its thread.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Set = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>
    /// True while the waiter runs on a setter's thread, which it should give back soon. The waiter's alone.
    /// </summary>
    public bool IsLent { get; set; }

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

    /// <summary>Signals, and runs a waiter at once on this thread. Under no lock.</summary>
    public void SignalHere()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            IsLent = true;
            _core.SetResult(true);
        }
        else
        {
            Signal();
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

    void IThreadPoolWorkItem.Execute()
    {
        IsLent = false;
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
