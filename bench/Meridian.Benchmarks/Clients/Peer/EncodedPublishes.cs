using System.Buffers.Binary;

namespace Meridian.Benchmarks.Clients.Peer;

/// <summary>
/// PUBLISH packets of one size, encoded once, whose Packet Identifiers go round from 1. Sending them costs no more than
/// the system call. At QoS 0 all packets are the same.
/// </summary>
internal sealed class EncodedPublishes
{
    // Enough on the way that no reader of the loopback runs dry, few enough that all of them stay in a core's cache.
    private const int Identifiers = 16_384;

    // One system call takes at most this much, so that acknowledgements are looked at in between.
    private const int MostBytesPerSend = 256 * 1024;

    // Remaining Length is below 128 at every QoS and version here, so it takes one byte.
    private const int HeaderBytes = 2;

    private readonly byte[] _packets;
    private readonly int _packetBytes;
    private readonly bool _isAcknowledged;
    private long _sentBytes;

    /// <summary>Encodes them.</summary>
    /// <param name="qos">0, 1 or 2.</param>
    /// <param name="isVersion5">Whether each has an (empty) list of properties.</param>
    public EncodedPublishes(int qos, bool isVersion5)
    {
        _isAcknowledged = qos > 0;
        var topic = ClientWork.TopicBytes;
        _packetBytes = PacketBytes(qos, isVersion5);
        var remaining = _packetBytes - HeaderBytes;
        _packets = new byte[Identifiers * _packetBytes];
        for (var i = 0; i < Identifiers; i++)
        {
            var packet = _packets.AsSpan(i * _packetBytes, _packetBytes);
            packet[0] = (byte)(0x30 | (qos << 1));
            packet[1] = checked((byte)remaining);
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)topic.Length);
            topic.CopyTo(packet[4..]);
            var at = 4 + topic.Length;
            if (_isAcknowledged)
            {
                BinaryPrimitives.WriteUInt16BigEndian(packet[at..], (ushort)(i + 1));
            }

            packet[^ClientWork.PayloadBytes..].Fill((byte)'x');
        }
    }

    /// <summary>How many have been sent in whole. Any thread.</summary>
    public long Sent => Volatile.Read(ref _sentBytes) / _packetBytes;

    /// <summary>What is left of a packet that went in part; nothing may be sent before it.</summary>
    public ReadOnlySpan<byte> Begun
    {
        get
        {
            var part = (int)(_sentBytes % _packetBytes);
            return part == 0 ? default : _packets.AsSpan(Place, _packetBytes - part);
        }
    }

    private int Place => (int)(_sentBytes % _packets.Length);

    /// <summary>How many bytes each packet has.</summary>
    public static int PacketBytes(int qos, bool isVersion5) => HeaderBytes + 2 + ClientWork.TopicBytes.Length
        + (qos > 0 ? 2 : 0) + (isVersion5 ? 1 : 0) + ClientWork.PayloadBytes;

    /// <summary>What may be sent next in one piece; empty when as many are unacknowledged as there are identifiers.
    /// </summary>
    /// <param name="completed">How many are acknowledged to the end.</param>
    public ReadOnlySpan<byte> Next(long completed)
    {
        var place = Place;
        var allowed = _isAcknowledged ? ((completed + Identifiers) * _packetBytes) - _sentBytes : long.MaxValue;
        var length = Math.Min(Math.Min(_packets.Length - place, MostBytesPerSend), allowed);
        return _packets.AsSpan(place, (int)Math.Max(0, length));
    }

    /// <summary>The socket took so many of the bytes.</summary>
    public void OnSent(int bytes) => Volatile.Write(ref _sentBytes, _sentBytes + bytes);
}
