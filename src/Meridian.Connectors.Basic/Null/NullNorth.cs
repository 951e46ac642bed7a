using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Basic.Null;

/// <summary>Takes every reading, counts it and keeps nothing.</summary>
public sealed class NullNorth : IHandlesValues
{
    private readonly INorthContext _context;
    private long _count;

    internal NullNorth(INorthContext context) => _context = context;

    /// <summary>How many readings this instance has taken; any thread may ask.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        _context.ReportConnected();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Interlocked.Add(ref _count, batch.Readings.Length);
        return ValueTask.FromResult(DeliveryOutcome.Delivered);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Diagnostic>>([new Diagnostic("Destination", "none; readings are counted")]);
}
