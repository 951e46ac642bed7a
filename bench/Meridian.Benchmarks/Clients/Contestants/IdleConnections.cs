namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>What connections cost that only exist: memory, and the processor's time for Keep Alive.</summary>
internal static class IdleConnections
{
    // So many first, not counted, that all code is loaded and compiled: the compiler's own memory is no connection's.
    private const int Rehearsal = 300;

    /// <summary>Opens the connections, then measures while nothing happens.</summary>
    /// <param name="settings">How long; the peer.</param>
    /// <param name="open">Opens one.</param>
    public static async Task<TrialFigures> MeasureAsync(
        TrialSettings settings, Func<Task<IAsyncDisposable>> open)
    {
        await CloseAsync(await OpenAsync(Rehearsal, open));
        await Task.Delay(settings.WarmUp);
        var liveBefore = GC.GetTotalMemory(forceFullCollection: true);
        var residentBefore = Environment.WorkingSet;

        var connections = await OpenAsync(ClientWork.IdleConnections, open);
        var figures = await MeasuredSpan.TakeAsync(settings, static () => 0);

        // The resident memory first: what the user would see, garbage of the handshakes included.
        var resident = Environment.WorkingSet - residentBefore;
        var live = GC.GetTotalMemory(forceFullCollection: true) - liveBefore;
        await CloseAsync(connections);
        return figures with
        {
            Messages = ClientWork.IdleConnections,
            Total = ClientWork.IdleConnections,
            ResidentBytes = resident,
            LiveBytes = live,
        };
    }

    private static async Task<List<IAsyncDisposable>> OpenAsync(int count, Func<Task<IAsyncDisposable>> open)
    {
        var connections = new List<IAsyncDisposable>(count);
        while (connections.Count < count)
        {
            connections.Add(await open());
        }

        return connections;
    }

    private static async Task CloseAsync(List<IAsyncDisposable> connections)
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
