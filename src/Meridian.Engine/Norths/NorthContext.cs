using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>What a North sees of the engine: its cursor's durable state.</summary>
internal sealed class NorthContext(ConnectorContext common, NorthCursor cursor) : INorthContext
{
    public string Name => common.Name;

    public ILoggerFactory Loggers => common.Loggers;

    public TimeProvider Time => common.Time;

    public Random Random => common.Random;

    public ReadOnlyMemory<byte> DeliveryState => cursor.ConnectorState;

    public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken) =>
        cursor.Journal.FlushAsync(cancellationToken);

    public void ReportConnected() => common.ReportConnected();

    public void ReportRetrying(ConnectorException fault) => common.ReportRetrying(fault);

    public void ReportLost(ConnectorException fault) => common.ReportLost(fault);
}
