using System.Net;
using System.Net.Sockets;

namespace Meridian.Mqtt.Transport;

/// <summary>
/// Connects to the first address of a name that answers. The addresses are tried in the order of the resolver with the
/// families taking turns, each a moment after the one before or at once when that has failed, so that one dead route
/// never eats the connect timeout (RFC 8305).
/// </summary>
internal static class TcpDialer
{
    // RFC 8305 §5 recommends it.
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="local">The address to connect from, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Leaves nothing open.</param>
    /// <exception cref="SocketException">No address answered; the error of the last.</exception>
    public static async Task<Socket> ConnectAsync(
        string host, int port, IPAddress? local, TimeProvider time, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return await DialAsync(new IPEndPoint(address, port), local, cancellationToken).ConfigureAwait(false);
        }

        var addresses = await Dns.GetHostAddressesAsync(
            host, local?.AddressFamily ?? AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);
        return addresses.Length == 0
            ? throw new SocketException((int)SocketError.HostNotFound)
            : await RaceAsync([.. TakeTurns(addresses)], port, local, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first of the addresses that answers; the others are given up and closed.</summary>
    public static async Task<Socket> RaceAsync(
        IReadOnlyList<IPAddress> addresses,
        int port,
        IPAddress? local,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>(addresses.Count);
        var next = 0;
        try
        {
            while (true)
            {
                if (next < addresses.Count)
                {
                    running.Add(DialAsync(new IPEndPoint(addresses[next++], port), local, race.Token));
                }

                var ended = await FirstAsync(running, mayStartNext: next < addresses.Count, time, race.Token)
                    .ConfigureAwait(false);
                if (ended is null)
                {
                    continue;
                }

                running.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (SocketException) when (running.Count > 0 || next < addresses.Count)
                {
                    // Another address may answer; the last one's error is told.
                }
            }
        }
        finally
        {
            await race.CancelAsync().ConfigureAwait(false);
            foreach (var loser in running)
            {
                await CloseAsync(loser).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The families take turns, beginning with that of the first address (RFC 8305 §4).</summary>
    public static IEnumerable<IPAddress> TakeTurns(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToArray();
        var other = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).ToArray();
        for (var i = 0; i < Math.Max(first.Length, other.Length); i++)
        {
            if (i < first.Length)
            {
                yield return first[i];
            }

            if (i < other.Length)
            {
                yield return other[i];
            }
        }
    }

    /// <returns>A try that has ended, or null when it is time to start the next.</returns>
    private static async Task<Task<Socket>?> FirstAsync(
        List<Task<Socket>> running, bool mayStartNext, TimeProvider time, CancellationToken cancellationToken)
    {
        var any = Task.WhenAny(running);
        if (!mayStartNext)
        {
            return await any.ConfigureAwait(false);
        }

        try
        {
            return await any.WaitAsync(Stagger, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<Socket> DialAsync(IPEndPoint end, IPAddress? local, CancellationToken cancellationToken)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Bind(socket, local, end);
            await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Bind(Socket socket, IPAddress? local, IPEndPoint end)
    {
        if (local is null)
        {
            return;
        }

        if (local.AddressFamily != end.AddressFamily)
        {
            throw new MqttConnectionLostException(
                $"{end.Address} cannot be reached from LocalAddress {local}: one is IPv4, the other IPv6.");
        }

        try
        {
            socket.Bind(new IPEndPoint(local, 0));
        }
        catch (SocketException error)
        {
            throw new MqttConnectionLostException(
                $"LocalAddress {local} cannot be connected from ({TransportFaults.Sentence(error)}); it must be an "
                + "address of this machine.",
                error);
        }
    }

    private static async Task CloseAsync(Task<Socket> loser)
    {
        try
        {
            (await loser.ConfigureAwait(false)).Dispose();
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // It lost, so there is nothing to close and nobody to tell.
        }
    }
}
