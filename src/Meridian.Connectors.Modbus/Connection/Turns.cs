namespace Meridian.Connectors.Modbus.Connection;

/// <summary>
/// Whose turn it is on the one connection: a query's or a setpoint's. A query gives way between requests to whoever
/// waits, so that a setpoint never waits for a whole query.
/// </summary>
internal sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _waiting; // Interlocked: how many are inside WaitAsync

    /// <summary>Whether somebody waits.</summary>
    public bool IsWanted => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits for the turn; <see cref="Give"/> follows.</summary>
    /// <param name="cancellationToken">Cancels the wait; the turn is not taken.</param>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Ends the turn.</summary>
    public void Give() => _turn.Release();

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
