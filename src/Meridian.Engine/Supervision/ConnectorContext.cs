using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Supervision;

/// <summary>
/// What a South's and a North's context have in common: it turns the connector's reports into states and lets the
/// serving
/// loop hear of a loss.
/// </summary>
internal sealed class ConnectorContext(
    string name, ConnectorBoard board, ILoggerFactory loggers, TimeProvider time, Random random) : IConnectorContext
{
    private TaskCompletionSource _lost = NewLost();

    public string Name => name;

    public ILoggerFactory Loggers => loggers;

    public TimeProvider Time => time;

    public Random Random => random;

    /// <summary>Faults when the connector reports its connection lost; a fresh one for each serve.</summary>
    public Task Lost => Volatile.Read(ref _lost).Task;

    public void ReportConnected() => board.Set(ConnectorState.Running);

    public void ReportRetrying(ConnectorException fault) => board.Set(ConnectorState.Retrying, fault.Message);

    public void ReportLost(ConnectorException fault) => Volatile.Read(ref _lost).TrySetException(fault);

    /// <summary>Forgets an earlier loss; called before each connect is served.</summary>
    public void Renew()
    {
        if (Lost.IsCompleted)
        {
            Volatile.Write(ref _lost, NewLost());
        }
    }

    private static TaskCompletionSource NewLost() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
