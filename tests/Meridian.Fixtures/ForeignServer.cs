using System.Net;
using System.Net.Sockets;

namespace Meridian.Fixtures;

/// <summary>
/// A server of something else on 127.0.0.1: it takes every connection, waits for the first bytes, gives one answer to
/// all of them, or none, and says no more until the client closes. Stop it to free its port for the real one.
/// </summary>
public sealed class ForeignServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly byte[] _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;

    /// <summary>Listens.</summary>
    /// <param name="answer">What it says to everyone; nothing for one that hangs.</param>
    /// <param name="port">The port; 0 for one that is free.</param>
    public ForeignServer(ReadOnlySpan<byte> answer, int port = 0)
    {
        _answer = answer.ToArray();
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAllAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Closes everything; its port is free then. Does nothing the second time.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            return; // Disposed of.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                var buffer = new byte[4_096];
                var isAnswered = false;
                while (await client.ReceiveAsync(buffer, _stop.Token) > 0)
                {
                    if (!isAnswered)
                    {
                        isAnswered = true;
                        await client.SendAsync(_answer, _stop.Token);
                    }
                }
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                return; // The client reset the connection, or this server is disposed of.
            }
        }
    }
}
