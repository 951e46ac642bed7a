using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Meridian.Testing.Contexts;

namespace Meridian.Testing.Peers;

/// <summary>
/// One connection through a relay. It counts as open until the connector's side has closed it, even when the peer has
/// closed before; that is how a forgotten socket is found.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "RunAsync disposes them at its end.")]
internal sealed class RelayedConnection(Socket near, AsyncGate gate, Action onPart)
{
    private const int BufferBytes = 16 * 1024;

    private readonly CancellationTokenSource _end = new();
    private readonly Socket _far = new(SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Ends both sides without a farewell.</summary>
    public void Reset()
    {
        try
        {
            near.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The connector was first.
        }

        near.Dispose();
        _far.Dispose();
    }

    public async Task RunAsync(string host, int port)
    {
        try
        {
            near.NoDelay = _far.NoDelay = true;
            await _far.ConnectAsync(host, port).ConfigureAwait(false);
            var back = PassAsync(_far, near);
            await PassAsync(near, _far).ConfigureAwait(false);
            await DrainAsync().ConfigureAwait(false);

            // The connector has closed: what the peer still says has no hearer.
            await _end.CancelAsync().ConfigureAwait(false);
            _far.Dispose();
            await back.ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Reset, or the peer itself was not there: the connector's side is closed below.
        }
        finally
        {
            Reset();
            _end.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token).ConfigureAwait(false) is > 0 and var count)
            {
                onPart();
                await gate.WaitAsync(_end.Token).ConfigureAwait(false);
                await SendAllAsync(to, buffer.AsMemory(0, count)).ConfigureAwait(false);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (
            broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side is gone. If it was the peer, the connector hears of it and is waited for.
            HangUp(to);
        }
    }

    /// <summary>Waits until the connector has closed, also when the peer has long gone.</summary>
    private async Task DrainAsync()
    {
        var buffer = new byte[BufferBytes];
        while (await near.ReceiveAsync(buffer, _end.Token).ConfigureAwait(false) > 0)
        {
            onPart();
        }
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, _end.Token).ConfigureAwait(false)..];
        }
    }

    private static void HangUp(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is gone, too.
        }
    }
}
