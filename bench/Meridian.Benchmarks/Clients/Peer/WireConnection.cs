using System.Net.Sockets;

namespace Meridian.Benchmarks.Clients.Peer;

/// <summary>
/// One MQTT connection that does only wire work, on one thread: it acknowledges what must be, and sends encoded
/// PUBLISH packets as fast as the socket takes them when it has any. It is either end: the peer of the clients, and the
/// raw client that shows what the loopback allows.
/// </summary>
internal sealed class WireConnection(Socket socket)
{
    private const int PollMilliseconds = 200;

    // What one read may bring answers to: each packet of at least 4 bytes is answered by at most 6.
    private const int AnswerBytes = 4 << 20;

    private readonly SocketPoll _poll = new(socket);
    private readonly byte[] _in = new byte[1 << 21];
    private readonly byte[] _out = new byte[AnswerBytes];
    private int _held;
    private int _written;
    private int _flushed;
    private long _received;
    private long _completed;
    private bool _isVersion5;
    private bool _isGone;

    /// <summary>PUBLISH packets that came. Any thread.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>PUBACK and PUBCOMP packets that came. Any thread.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>What it publishes: given at the start, or made when the other end subscribes.</summary>
    public EncodedPublishes? Publishes { get; set; }

    /// <summary>Sends bytes before anything else.</summary>
    public void Say(ReadOnlySpan<byte> packet) => Answer(packet);

    /// <summary>Runs until the other end has left or the token is cancelled.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        socket.Blocking = false;
        while (!_isGone && !cancellationToken.IsCancellationRequested)
        {
            var isReading = _out.Length - _written >= _in.Length * 3 / 2;
            var isBusy = isReading && TryReceive();
            isBusy |= TrySend();
            if (!isBusy && !_isGone)
            {
                _poll.Wait(isReading, HasToSend, PollMilliseconds);
            }
        }
    }

    private bool HasToSend => _written > _flushed || Publishes is { } publishes && !publishes.Next(_completed).IsEmpty;

    private bool TryReceive()
    {
        var count = socket.Receive(_in.AsSpan(_held), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || count == 0)
        {
            _isGone = true;
            return false;
        }

        _held += count;
        var taken = 0;
        while (TryTakePacket(_in.AsSpan(taken, _held - taken), out var length))
        {
            taken += length;
        }

        _in.AsSpan(taken, _held - taken).CopyTo(_in);
        _held -= taken;
        return true;
    }

    private bool TryTakePacket(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2)
        {
            return false;
        }

        var (at, remaining, shift) = (1, 0, 0);
        do
        {
            if (at >= bytes.Length)
            {
                return false;
            }

            remaining |= (bytes[at] & 127) << shift;
            shift += 7;
        }
        while ((bytes[at++] & 128) != 0);

        if (at + remaining > bytes.Length)
        {
            return false;
        }

        length = at + remaining;
        Take(bytes[0], bytes.Slice(at, remaining));
        return true;
    }

    private void Take(byte header, ReadOnlySpan<byte> body)
    {
        switch (header >> 4)
        {
            case 1:
                _isVersion5 = body[6] == 5;
                Answer(_isVersion5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]);
                break;
            case 3:
                _received++;
                if ((header & 6) != 0)
                {
                    var topicBytes = (body[0] << 8) | body[1];
                    Answer((byte)((header & 6) == 2 ? 0x40 : 0x50), body[(2 + topicBytes)..]);
                }

                break;
            case 4 or 7:
                _completed++;
                break;
            case 5:
                Answer(0x62, body);
                break;
            case 6:
                Answer(0x70, body);
                break;
            case 8:
                OnSubscribe(body);
                break;
            case 10:
                Answer(_isVersion5 ? [0xB0, 4, body[0], body[1], 0, 0] : [0xB0, 2, body[0], body[1]]);
                break;
            case 12:
                Answer([0xD0, 0]);
                break;
            case 14:
                _isGone = true;
                break;
            default:
                break; // CONNACK, SUBACK, UNSUBACK and PINGRESP ask for nothing.
        }
    }

    private void OnSubscribe(ReadOnlySpan<byte> body)
    {
        // The last byte holds the options of the last filter; its lowest two bits are the QoS in every version.
        var qos = body[^1] & 3;
        Answer(_isVersion5
            ? [0x90, 4, body[0], body[1], 0, (byte)qos]
            : [0x90, 3, body[0], body[1], (byte)qos]);
        Publishes ??= new EncodedPublishes(qos, _isVersion5);
    }

    private void Answer(byte header, ReadOnlySpan<byte> packetIdentifier)
    {
        var packet = _out.AsSpan(_written, 4);
        (packet[0], packet[1], packet[2], packet[3]) = (header, 2, packetIdentifier[0], packetIdentifier[1]);
        _written += 4;
    }

    private void Answer(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_out.AsSpan(_written));
        _written += packet.Length;
    }

    /// <summary>Sends the rest of a packet that is begun, else answers, else the next publishes.</summary>
    /// <returns>Whether the socket took anything.</returns>
    private bool TrySend()
    {
        if (_written > _flushed)
        {
            if (Publishes is { Begun.IsEmpty: false } begun)
            {
                return TrySend(begun, begun.Begun);
            }

            var sent = Send(_out.AsSpan(_flushed, _written - _flushed));
            _flushed += sent;
            if (_flushed == _written)
            {
                (_flushed, _written) = (0, 0);
            }
            else if (_flushed > _out.Length / 2)
            {
                _out.AsSpan(_flushed, _written - _flushed).CopyTo(_out);
                (_flushed, _written) = (0, _written - _flushed);
            }

            return sent > 0;
        }

        return Publishes is { } publishes && TrySend(publishes, publishes.Next(_completed));
    }

    private bool TrySend(EncodedPublishes publishes, ReadOnlySpan<byte> bytes)
    {
        var sent = bytes.IsEmpty ? 0 : Send(bytes);
        publishes.OnSent(sent);
        return sent > 0;
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        var count = socket.Send(bytes, SocketFlags.None, out var error);
        if (error is SocketError.Success or SocketError.WouldBlock)
        {
            return error == SocketError.Success ? count : 0;
        }

        _isGone = true;
        return 0;
    }
}
