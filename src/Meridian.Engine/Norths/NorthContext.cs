using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>What a North sees of the engine: its cursor's durable state.</summary>
internal sealed class NorthContext(ConnectorContext common, NorthCursor cursor) : INorthContext
{
    private byte[] _delivered = cursor.ConnectorState;

    public string Name => common.Name;

    public bool IsTest => common.IsTest;

    public string Folder => common.Folder;

    public ILoggerFactory Loggers => common.Loggers;

    public TimeProvider Time => common.Time;

    public Random Random => common.Random;

    public ReadOnlyMemory<byte> DeliveryState => Volatile.Read(ref _delivered);

    /// <summary>
    /// A fresh instance follows: it is given the state of the place where the pump goes on, which within one run of the
    /// gateway may be further than what is durable. With an older one it would undo what does not come again.
    /// </summary>
    public void Renew() => Volatile.Write(ref _delivered, cursor.ConnectorState);

    public async ValueTask PersistDeliveryAsync(CancellationToken cancellationToken)
    {
        // Taken before the flush: what the pump commits meanwhile may not be durable when the flush returns.
        var committed = cursor.ConnectorState;
        await cursor.Journal.FlushAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _delivered, committed);
    }

    public void ReportConnected() => common.ReportConnected();

    public void ReportRetrying(ConnectorException fault) => common.ReportRetrying(fault);

    public void ReportLost(ConnectorException fault) => common.ReportLost(fault);
}
