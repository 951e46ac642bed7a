namespace Meridian.Engine.Supervision;

/// <summary>A connector that runs: its task, and the two words that end it.</summary>
/// <param name="board">Its status.</param>
internal sealed class RunningConnector(ConnectorBoard board) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private Task _task = Task.CompletedTask;

    public string Name => board.Status.Name;

    /// <summary>Completes when it has ended. Never faults but by a mistake of the engine's.</summary>
    public Task Task => _task;

    /// <summary>Starts it.</summary>
    /// <param name="run">The runtime; cancelled by the first token to stop in order, by the second to give up.</param>
    public void Start(Func<CancellationToken, CancellationToken, Task> run) => _task = run(_stop.Token, _abandon.Token);

    /// <summary>Tells it to stop in order.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>Tells it that the time for stopping is over.</summary>
    public Task AbandonAsync() => _abandon.CancelAsync();

    public void Dispose()
    {
        // One that was left behind may still look at its tokens.
        if (_task.IsCompleted)
        {
            _stop.Dispose();
            _abandon.Dispose();
        }
    }
}
