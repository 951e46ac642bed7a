using System.Net.Sockets;

namespace Meridian.Fixtures;

/// <summary>
/// The process of a server that listens on a port: starts it, waits until it takes connections, stops it and starts it
/// again. One caller at a time.
/// </summary>
/// <param name="name">Its name, for the message of a failure.</param>
/// <param name="port">The port that it listens on.</param>
/// <param name="start">Starts the process.</param>
internal sealed class ServerProcess(string name, int port, Func<ChildProcess> start) : IAsyncDisposable
{
    // A broker on the Erlang machine needs about ten seconds alone, and several times that beside others.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private ChildProcess? _process;

    /// <summary>The process that runs now.</summary>
    /// <exception cref="InvalidOperationException">It is stopped.</exception>
    public ChildProcess Running => _process ?? throw new InvalidOperationException($"{name} is stopped.");

    public string Log => _process?.Log ?? string.Empty;

    public async Task RestartAsync()
    {
        await EndAsync(Signal.Terminate);
        _process = start();
        await Deadline.UntilAsync(TakesConnectionsAsync, $"{name} on port {port} takes connections", StartTimeout);
    }

    /// <summary>Ends it with a signal and waits until it has ended; nothing happens when it is stopped.</summary>
    public async Task EndAsync(Signal signal)
    {
        if (_process is null)
        {
            return;
        }

        _process.Send(signal);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    private async Task<bool> TakesConnectionsAsync()
    {
        if (Running.HasEnded)
        {
            throw new InvalidOperationException($"{name} ended at its start:\n{Log}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
