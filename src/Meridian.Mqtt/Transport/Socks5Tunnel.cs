using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Mqtt.Transport;

/// <summary>Asks a SOCKS5 proxy for a connection (RFC 1928, RFC 1929); the proxy resolves names.</summary>
internal static class Socks5Tunnel
{
    private const byte Version = 5;
    private const byte PasswordVersion = 1;
    private const byte NoAuthentication = 0x00;
    private const byte UserAndPassword = 0x02;
    private const byte NoneAcceptable = 0xFF;
    private const byte Connect = 1;
    private const byte AddressIPv4 = 1;
    private const byte AddressName = 3;
    private const byte AddressIPv6 = 4;

    /// <exception cref="MqttProxyException">The proxy refused or broke off.</exception>
    public static async Task OpenAsync(
        Stream stream, MqttProxy proxy, MqttServer server, CancellationToken cancellationToken)
    {
        try
        {
            await AuthenticateAsync(stream, proxy, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(RequestFor(server), cancellationToken).ConfigureAwait(false);
            var reply = await ReadAsync(stream, 4, cancellationToken).ConfigureAwait(false);
            DemandVersion(reply[0], Version, proxy);
            if (reply[1] != 0)
            {
                throw new MqttProxyException(
                    $"The proxy {proxy} does not connect to {server}: {MeaningOf(reply[1])} (code {reply[1]}).",
                    reply[1],
                    isTransient: true);
            }

            await SkipAddressAsync(stream, reply[3], proxy, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MqttProxyException(
                $"The proxy {proxy} closed the connection on the way to {server} "
                + $"({TransportFaults.Sentence(error)}); check that it speaks SOCKS5 on this port.",
                code: null,
                isTransient: true,
                error);
        }
    }

    private static async Task AuthenticateAsync(Stream stream, MqttProxy proxy, CancellationToken cancellationToken)
    {
        byte[] greeting = proxy.UserName is null
            ? [Version, 1, NoAuthentication]
            : [Version, 2, NoAuthentication, UserAndPassword];
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);
        var choice = await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false);
        DemandVersion(choice[0], Version, proxy);
        switch (choice[1])
        {
            case NoAuthentication:
                return;
            case UserAndPassword when proxy.UserName is { } userName:
                byte[] user = Encoding.UTF8.GetBytes(userName);
                byte[] password = Encoding.UTF8.GetBytes(proxy.Password);
                await stream.WriteAsync(
                    (byte[])[PasswordVersion, (byte)user.Length, .. user, (byte)password.Length, .. password],
                    cancellationToken).ConfigureAwait(false);
                var answer = await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false);
                DemandVersion(answer[0], PasswordVersion, proxy);
                if (answer[1] != 0)
                {
                    throw new MqttProxyException(
                        $"The proxy {proxy} does not accept the user '{userName}' with this password "
                        + $"(code {answer[1]}).",
                        answer[1],
                        isTransient: false);
                }

                return;
            default:
                throw new MqttProxyException(
                    choice[1] == NoneAcceptable && proxy.UserName is null
                        ? $"The proxy {proxy} wants a user name and password; set Proxy.UserName and Proxy.Password."
                        : $"The proxy {proxy} offers no way of authentication that this client knows "
                            + $"(method {choice[1]}).",
                    choice[1],
                    isTransient: false);
        }
    }

    private static byte[] RequestFor(MqttServer server)
    {
        Span<byte> port = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)server.Port);
        if (IPAddress.TryParse(server.Host, out var address))
        {
            var type = address.AddressFamily == AddressFamily.InterNetwork ? AddressIPv4 : AddressIPv6;
            return [Version, Connect, 0, type, .. address.GetAddressBytes(), .. port];
        }

        byte[] name = Encoding.UTF8.GetBytes(server.Host);
        return name.Length > 255
            ? throw new MqttProxyException(
                $"The name of the server {server} is longer than the 255 bytes that SOCKS5 can carry.",
                code: null,
                isTransient: false)
            : [Version, Connect, 0, AddressName, (byte)name.Length, .. name, .. port];
    }

    /// <summary>The proxy's own address and port on the far side mean nothing here, but they must be read.</summary>
    private static async Task SkipAddressAsync(
        Stream stream, byte type, MqttProxy proxy, CancellationToken cancellationToken)
    {
        var bytes = type switch
        {
            AddressIPv4 => 4,
            AddressIPv6 => 16,
            AddressName => (await ReadAsync(stream, 1, cancellationToken).ConfigureAwait(false))[0],
            _ => throw new MqttProxyException(
                $"The proxy {proxy} answers with the address type {type}, which SOCKS5 does not know.",
                code: null,
                isTransient: true),
        };
        await ReadAsync(stream, bytes + 2, cancellationToken).ConfigureAwait(false);
    }

    private static void DemandVersion(byte found, byte expected, MqttProxy proxy)
    {
        if (found != expected)
        {
            throw new MqttProxyException(
                $"The proxy {proxy} does not speak SOCKS5: it answered with version {found}, not {expected}.",
                code: null,
                isTransient: true);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static string MeaningOf(byte reply) => reply switch
    {
        1 => "it failed for a reason of its own",
        2 => "its rules do not allow it",
        3 => "it has no route to the server's network",
        4 => "it cannot reach the server or resolve its name",
        5 => "the server refuses connections",
        6 => "the way to the server is too long",
        7 => "it does not know the command CONNECT",
        8 => "it does not know this kind of address",
        _ => "it gives a reason that SOCKS5 does not know",
    };
}
