using System.Threading.Tasks.Sources;

namespace Meridian.Journal.Appending;

/// <summary>
/// One append under way: what its caller awaits. Pooled, so an append allocates nothing on the steady path. Its fields
/// are guarded by the lock of <see cref="AppendQueue"/> until it is completed.
/// </summary>
internal sealed class PendingAppend(AppendQueue queue) : IValueTaskSource<JournalPosition>
{
    // The callers' continuations run on the thread pool: the writer's thread must go on to the next group.
    private ManualResetValueTaskSourceCore<JournalPosition> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>What is to be written; kept only while the append waits for room, else it is copied at once.</summary>
    public AppendEntry Entry { get; set; }

    /// <summary>Whether the append still waits for room, so that it can be withdrawn.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether it may be used again. Not after it waited with a token, whose callback may still
    /// come.</summary>
    public bool IsPooled { get; set; } = true;

    /// <summary>The registration of the caller's token while it waits.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>The position it got when it gathered.</summary>
    public long First { get; set; }

    public short Version => _core.Version;

    /// <summary>The caller gave up.</summary>
    public void Withdraw(CancellationToken ct) => queue.Withdraw(this, ct);

    public void Complete() => _core.SetResult(new JournalPosition(First));

    public void Fail(Exception fault) => _core.SetException(fault);

    public JournalPosition GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (IsPooled)
            {
                _core.Reset();
                queue.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
