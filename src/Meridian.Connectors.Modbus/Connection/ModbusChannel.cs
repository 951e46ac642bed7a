using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Modbus.Connection;

/// <summary>
/// The connection to a device: sends requests and receives frames. One user at a time (<see cref="Turns"/>), but
/// <see cref="Forbid"/>, which any thread may call. After a fault it is closed: what follows in it cannot be trusted.
/// </summary>
internal sealed class ModbusChannel(ModbusSouthSettings settings, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 16 * ModbusLimits.MaxAduBytes;

    private readonly TimeLimit _limit = new(time);
    private readonly byte[] _sent = new byte[ModbusLimits.MaxAduBytes];
    private readonly byte[] _received = new byte[BufferBytes];

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Close disposes it.")]
    private volatile Socket? _socket;

    private volatile bool _mayOpen;
    private int _start;
    private int _end;
    private ushort _transactionId;

    /// <summary>Whether there is a connection.</summary>
    public bool IsOpen => _socket is not null;

    /// <summary>The device in words: host and port.</summary>
    public string Peer { get; } = string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");

    /// <summary>The address that was connected to; null while there is no connection.</summary>
    public EndPoint? RemoteEndPoint => _socket?.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
        : _socket?.RemoteEndPoint;

    /// <summary>From now on connections may be opened.</summary>
    public void Allow() => _mayOpen = true;

    /// <summary>Closes, and opens nothing any more.</summary>
    public void Forbid()
    {
        _mayOpen = false;
        Close();
    }

    /// <summary>Opens a connection where there is none, or where the peer has closed the one there was.</summary>
    /// <returns>Whether it was opened now.</returns>
    /// <exception cref="ConnectorException">There is none to be had.</exception>
    public async ValueTask<bool> EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (_socket is { } open && !IsClosedByPeer(open))
        {
            return false;
        }

        Close();
        if (!_mayOpen)
        {
            throw new ConnectorException(Fault.Internal, $"Modbus device {Peer} was asked while not connected.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket
                .ConnectAsync(settings.Host, settings.Port, _limit.Begin(settings.ConnectTimeout, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw error is SocketException refused
                ? ModbusFaults.Opening(refused, Peer)
                : ModbusFaults.OpeningTooLong(Peer, settings.ConnectTimeout);
        }
        finally
        {
            _limit.End();
        }

        (_start, _end) = (0, 0);
        _socket = socket;
        if (!_mayOpen)
        {
            Close(); // Forbidden meanwhile; who uses it finds it closed.
        }

        return true;
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Names the transaction.</returns>
    /// <exception cref="ConnectorException">The connection is lost.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ushort> SendAsync(ModbusRequest request, CancellationToken cancellationToken)
    {
        var socket = _socket ?? throw ModbusFaults.Lost(null, Peer);
        try
        {
            if (settings.Framing == ModbusFraming.RtuOverTcp)
            {
                Discard(socket);
            }

            var rest = _sent.AsMemory(0, Compose(request));
            var token = _limit.Begin(settings.ResponseTimeout, cancellationToken);
            while (!rest.IsEmpty)
            {
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, token).ConfigureAwait(false)..];
            }

            return _transactionId;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ModbusFaults.Lost(error, Peer);
        }
        finally
        {
            _limit.End();
        }
    }

    /// <summary>Receives the next frame.</summary>
    /// <param name="deadline">Until when, as a timestamp of the clock.</param>
    /// <param name="cancellationToken">Cancels; a part of a frame may then be lost.</param>
    /// <returns>The frame; null when the time is over.</returns>
    /// <exception cref="ConnectorException">The connection is lost.</exception>
    /// <exception cref="ModbusProtocolException">What came is no frame.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedFrame?> ReceiveAsync(long deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var frame))
            {
                return frame;
            }

            var within = time.GetElapsedTime(time.GetTimestamp(), deadline);
            if (within <= TimeSpan.Zero)
            {
                return null;
            }

            var socket = _socket ?? throw ModbusFaults.Lost(null, Peer);
            var count = 0;
            try
            {
                count = await socket
                    .ReceiveAsync(Room(), SocketFlags.None, _limit.Begin(within, cancellationToken))
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw ModbusFaults.Lost(error, Peer);
            }
            finally
            {
                _limit.End();
            }

            _end += count > 0 ? count : throw ModbusFaults.Lost(null, Peer);
        }
    }

    /// <summary>Closes the connection, if there is one.</summary>
    public void Close() => Interlocked.Exchange(ref _socket, null)?.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        Forbid();
        _limit.Dispose();
    }

    private static bool IsClosedByPeer(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private int Compose(in ModbusRequest request)
    {
        _transactionId++;
        var pduBytes = RequestPdu.Write(request, _sent.AsSpan(Adu.PduOffset(settings.Framing)));
        return Adu.Complete(settings.Framing, _sent, _transactionId, request.UnitId, pduBytes);
    }

    /// <summary>In RTU nothing that came before a request can be its answer.</summary>
    private void Discard(Socket socket)
    {
        (_start, _end) = (0, 0);
        while (socket.Available > 0 && socket.Receive(_received) > 0)
        {
            // Noise, or an answer that came too late.
        }
    }

    private bool TryTake(out ReceivedFrame frame)
    {
        if (!Adu.TryRead(settings.Framing, _received.AsSpan(_start, _end - _start), out var found))
        {
            frame = default;
            return false;
        }

        frame = new ReceivedFrame(
            found.TransactionId, found.UnitId, _received.AsMemory(_start + found.PduOffset, found.PduBytes));
        _start += found.TotalBytes;
        return true;
    }

    private Memory<byte> Room()
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            (_start, _end) = (0, _end - _start);
        }

        return _received.AsMemory(_end); // Never empty: a frame that is not whole is far shorter.
    }
}
