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
/// <param name="context">The connector's reports and its board.</param>
/// <param name="create">Makes a fresh instance.</param>
/// <param name="serve">
/// Runs the connected connector until cancelled; throws when the connection is of no more use.
/// </param>
/// <param name="backoff">The delays between tries.</param>
/// <param name="logger">The connector's logger.</param>
internal sealed partial class Supervisor(
    ConnectorContext context,
    Func<IConnector> create,
    Func<IConnector, CancellationToken, Task> serve,
    Backoff backoff,
    ILogger logger)
{
    /// <summary>
    /// A connection that stood this long was sound, even without data: its loss starts the delays over. One that
    /// breaks at once, again and again, is met with growing delays although each connect succeeds.
    /// </summary>
    private static readonly TimeSpan SoundAfter = TimeSpan.FromSeconds(30);

    private readonly ConnectorBoard _board = context.Board;
    private long? _runningSince;

    /// <summary>Runs the connector, never on the caller's thread: a connector that blocks is alone with that.</summary>
    /// <param name="stop">Cancelled to stop in order: disconnect, then stop.</param>
    /// <param name="abandon">Cancelled when the stated time for that is over.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stop.IsCancellationRequested)
        {
            var delay = await RunInstanceAsync(stop, abandon).ConfigureAwait(false);
            await WaitAsync(delay, stop).ConfigureAwait(false);
        }

        _board.Set(ConnectorState.Stopped);
        LogStopped(_board.Status.Name);
    }

    /// <summary>Marks the connector as running; called by serve once data can flow.</summary>
    public void ReportRunning()
    {
        _runningSince = context.Time.GetTimestamp();
        if (context.TrySetRunning())
        {
            LogRunning(_board.Status.Name);
        }
    }

    /// <summary>
    /// Data has passed over this connection: its loss starts the delays over. Called by serve at its end.
    /// </summary>
    public void ReportProgress() => backoff.Reset();

    /// <summary>One instance, from start to stop. Returns how long to wait before the next.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The supervision edge: whatever a connector throws ends with that connector.")]
    private async Task<TimeSpan> RunInstanceAsync(CancellationToken stop, CancellationToken abandon)
    {
        IConnector? connector = null;
        try
        {
            _board.Set(ConnectorState.Starting, _board.Status.Reason);
            LogStarting(_board.Status.Name);
            connector = create();
            await connector.StartAsync(stop).ConfigureAwait(false);
            await ServeUntilStoppedAsync(connector, stop, abandon).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        catch (Exception end)
        {
            context.Close();
            return Show(end, stop);
        }
        finally
        {
            context.Close();
            if (connector is not null)
            {
                await QuietlyAsync(connector.DisconnectAsync, abandon).ConfigureAwait(false);
                await QuietlyAsync(connector.StopAsync, abandon).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeUntilStoppedAsync(IConnector connector, CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                context.Open();
                _board.Set(ConnectorState.Connecting, _board.Status.Reason);
                await connector.ConnectAsync(stop).ConfigureAwait(false);
                await serve(connector, stop).ConfigureAwait(false);
            }
            catch (ConnectorException fault) when (fault.IsTransient && !stop.IsCancellationRequested)
            {
                context.Close();
                var delay = ShowRetrying(fault);
                await QuietlyAsync(connector.DisconnectAsync, abandon).ConfigureAwait(false);
                await WaitAsync(delay, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Shows and tells why an instance ended. Returns how long to wait before the next.</summary>
    private TimeSpan Show(Exception end, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            // Whatever a connector throws when it is told to stop is its way of stopping.
            if (end is not OperationCanceledException)
            {
                LogStopFailed(end, _board.Status.Name);
            }

            return TimeSpan.Zero;
        }

        if (end is ConnectorException fault)
        {
            if (fault.IsTransient)
            {
                return ShowRetrying(fault);
            }

            _board.Set(ConnectorState.Failed, fault.Message);
            LogFailed(_board.Status.Name, fault.Message);
            return Timeout.InfiniteTimeSpan;
        }

        var delay = NextDelay();
        _board.CountRestart();
        _board.Set(ConnectorState.Retrying, end.Message, context.Time.GetUtcNow() + delay);
        LogCrashed(end, _board.Status.Name, delay.TotalSeconds);
        return delay;
    }

    private TimeSpan ShowRetrying(ConnectorException fault)
    {
        var delay = NextDelay();
        _board.Set(ConnectorState.Retrying, fault.Message, context.Time.GetUtcNow() + delay);
        LogRetrying(_board.Status.Name, fault.Message, delay.TotalSeconds);
        return delay;
    }

    private TimeSpan NextDelay()
    {
        if (_runningSince is { } since && context.Time.GetElapsedTime(since) >= SoundAfter)
        {
            backoff.Reset();
        }

        _runningSince = null;
        return backoff.Next();
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken stop) =>
        await Task.Delay(delay, context.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

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
            LogStopFailed(fault, _board.Status.Name);
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

    [LoggerMessage(
        EventIds.ConnectorCrashed,
        LogLevel.Error,
        "{Connector} failed unexpectedly and is made anew in {Seconds:F1} s.")]
    private partial void LogCrashed(Exception crash, string connector, double seconds);

    [LoggerMessage(EventIds.ConnectorStopped, LogLevel.Debug, "{Connector} is stopped.")]
    private partial void LogStopped(string connector);

    [LoggerMessage(EventIds.ConnectorStopFailed, LogLevel.Debug, "{Connector} did not close cleanly.")]
    private partial void LogStopFailed(Exception fault, string connector);
}
