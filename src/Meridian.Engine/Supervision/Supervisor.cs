using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Supervision;

/// <summary>
/// Leads one connector through its life: start → connect → serve → disconnect → … → stop, again and again, for as long
/// as the
/// gateway runs. A transient fault reconnects the same instance, anything unforeseen replaces it, a fault that cannot
/// pass
/// waits until the configuration changes. Nothing that happens here reaches another connector.
/// </summary>
/// <param name="board">Where the state is shown.</param>
/// <param name="create">Makes a fresh instance.</param>
/// <param name="serve">
/// Runs the connected connector until cancelled; throws when the connection is of no more use.
/// </param>
/// <param name="backoff">The delays between tries.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The connector's logger.</param>
internal sealed partial class Supervisor(
    ConnectorBoard board,
    Func<IConnector> create,
    Func<IConnector, CancellationToken, Task> serve,
    Backoff backoff,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Runs the connector.</summary>
    /// <param name="stop">Cancelled to stop in order: disconnect, then stop.</param>
    /// <param name="abandon">Cancelled when the stated time for that is over.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!await RunInstanceAsync(stop, abandon).ConfigureAwait(false))
            {
                board.CountRestart();
                await WaitAsync(backoff.Next(), stop).ConfigureAwait(false);
            }
        }

        board.Set(ConnectorState.Stopped);
        LogStopped(board.Status.Name);
    }

    /// <summary>One instance, from start to stop. False: it crashed and a fresh one shall follow.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The supervision edge: whatever a connector throws ends with that connector.")]
    private async Task<bool> RunInstanceAsync(CancellationToken stop, CancellationToken abandon)
    {
        IConnector? connector = null;
        try
        {
            board.Set(ConnectorState.Starting);
            LogStarting(board.Status.Name);
            connector = create();
            await connector.StartAsync(stop).ConfigureAwait(false);
            await ServeUntilStoppedAsync(connector, stop, abandon).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
        catch (ConnectorException fault) when (!fault.IsTransient)
        {
            board.Set(ConnectorState.Failed, fault.Message);
            LogFailed(board.Status.Name, fault.Message);
            await WaitAsync(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(false);
            return true;
        }
        catch (Exception crash)
        {
            board.Set(ConnectorState.Retrying, crash.Message);
            LogCrashed(crash, board.Status.Name);
            return false;
        }
        finally
        {
            if (connector is not null)
            {
                await QuietlyAsync(connector.DisconnectAsync, abandon).ConfigureAwait(false);
                await QuietlyAsync(connector.StopAsync, abandon).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeUntilStoppedAsync(IConnector connector, CancellationToken stop, CancellationToken abandon)
    {
        while (true)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                board.Set(ConnectorState.Connecting, board.Status.Reason);
                await connector.ConnectAsync(stop).ConfigureAwait(false);
                await serve(connector, stop).ConfigureAwait(false);
            }
            catch (ConnectorException fault) when (fault.IsTransient && !stop.IsCancellationRequested)
            {
                var delay = backoff.Next();
                board.Set(ConnectorState.Retrying, fault.Message, time.GetUtcNow() + delay);
                LogRetrying(board.Status.Name, fault.Message, delay.TotalSeconds);
                await QuietlyAsync(connector.DisconnectAsync, abandon).ConfigureAwait(false);
                await WaitAsync(delay, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Marks the connector as running; called by serve once data can flow.</summary>
    public void ReportRunning()
    {
        backoff.Reset();
        if (board.Status.State != ConnectorState.Running)
        {
            board.Set(ConnectorState.Running);
            LogRunning(board.Status.Name);
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken stop) =>
        await Task.Delay(delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Closing must not keep anything from closing: what it throws is logged and done with.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The supervision edge: a connector that fails to close is closed all the same.")]
    private async Task QuietlyAsync(Func<CancellationToken, Task> step, CancellationToken abandon)
    {
        try
        {
            await step(abandon).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogStopFailed(fault, board.Status.Name);
        }
    }

    [LoggerMessage(EventIds.ConnectorStarting, LogLevel.Debug, "{Connector} is starting.")]
    private partial void LogStarting(string connector);

    [LoggerMessage(EventIds.ConnectorRunning, LogLevel.Information, "{Connector} is running.")]
    private partial void LogRunning(string connector);

    [LoggerMessage(
        EventIds.ConnectorRetrying, LogLevel.Warning, "{Connector}: {Reason} Trying again in {Seconds:F1} s.")]
    private partial void LogRetrying(string connector, string reason, double seconds);

    [LoggerMessage(
        EventIds.ConnectorFailed,
        LogLevel.Error,
        "{Connector} waits until its configuration or its peer is changed and the gateway restarted: {Reason}")]
    private partial void LogFailed(string connector, string reason);

    [LoggerMessage(EventIds.ConnectorCrashed, LogLevel.Error, "{Connector} failed unexpectedly and is made anew.")]
    private partial void LogCrashed(Exception crash, string connector);

    [LoggerMessage(EventIds.ConnectorStopped, LogLevel.Debug, "{Connector} is stopped.")]
    private partial void LogStopped(string connector);

    [LoggerMessage(EventIds.ConnectorStopFailed, LogLevel.Debug, "{Connector} did not close cleanly.")]
    private partial void LogStopFailed(Exception fault, string connector);
}
