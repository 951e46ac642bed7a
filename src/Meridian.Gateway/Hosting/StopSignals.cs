using System.Runtime.InteropServices;

namespace Meridian.Gateway.Hosting;

/// <summary>
/// SIGINT and SIGTERM as one cancellation: the first asks to stop in order. A second SIGINT ends the process at once,
/// for the one who cannot wait; what was acknowledged is on disk all the same.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (!_stop.IsCancellationRequested)
        {
            context.Cancel = true;
            _stop.Cancel();
        }
        else
        {
            // SIGTERM again changes nothing: a service manager may repeat itself. Ctrl+C again means it.
            context.Cancel = context.Signal == PosixSignal.SIGTERM;
        }
    }
}
