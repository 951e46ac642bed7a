using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;

namespace Meridian.Benchmarks.Instruments;

/// <summary>
/// Publishes at QoS 1 at a set rate: topics <c>plant/line/x/tag/N</c>, payloads of 100 bytes
/// <c>{"value":12.34,"ts":UNIX µs,"seq":N,"pad":"xx…"}</c>. What is due is encoded and sent in one call, every 2 ms.
/// Blocks its thread.
/// </summary>
/// <param name="socket">
/// To a broker, or from a client that subscribed where the instrument is the broker; the caller's.
/// </param>
/// <param name="settings">What to send.</param>
internal sealed class LoadGenerator(Socket socket, LoadSettings settings)
{
    private const int PayloadBytes = 100;
    private const int MostPacketBytes = 200;

    // Below the number of packet identifiers, with room for a broker that acknowledges late.
    private const int MostUnderWay = 30_000;
    private const int PacketIdentifiers = 60_000;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _out = new byte[1 << 22];
    private readonly byte[] _in = new byte[1 << 20];
    private int _written;
    private int _flushed;
    private int _held;
    private long _sent;
    private long _acknowledged;

    /// <summary>Runs until all is acknowledged, 30 s after the last was sent, or cancelled.</summary>
    public LoadResult Run(CancellationToken cancellationToken)
    {
        socket.Blocking = false;
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        TimeSpan? lastSent = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var elapsed = time.GetElapsedTime(started);
            EncodeWhatIsDue(Math.Min(settings.Count, (long)(elapsed.TotalSeconds * settings.Rate)));
            Flush();
            CountAcknowledgements();
            if (_sent == settings.Count)
            {
                lastSent ??= elapsed;
                if (_acknowledged == _sent || elapsed - lastSent > Patience)
                {
                    break;
                }
            }

            cancellationToken.WaitHandle.WaitOne(Beat);
        }

        return new LoadResult(_sent, _acknowledged, lastSent ?? time.GetElapsedTime(started));
    }

    private void EncodeWhatIsDue(long due)
    {
        var microseconds = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000
            + (TimeProvider.System.GetUtcNow().Ticks % TimeSpan.TicksPerMillisecond / TimeSpan.TicksPerMicrosecond);
        while (_sent < due && _sent - _acknowledged < MostUnderWay && _written < _out.Length - MostPacketBytes)
        {
            _written += Encode(_out.AsSpan(_written), settings.First + _sent, microseconds);
            _sent++;
        }
    }

    private int Encode(Span<byte> packet, long number, long microseconds)
    {
        var at = 5;
        at += Put(packet[at..], "plant/line/x/tag/"u8);
        at += Put(packet[at..], number % settings.Topics);
        BinaryPrimitives.WriteUInt16BigEndian(packet[3..], (ushort)(at - 5));
        BinaryPrimitives.WriteUInt16BigEndian(packet[at..], (ushort)((_sent % PacketIdentifiers) + 1));
        at += 2;

        var payload = packet.Slice(at, PayloadBytes);
        var end = Put(payload, "{\"value\":"u8);
        Utf8Formatter.TryFormat(number % 10_000 / 100m, payload[end..], out var digits, new('F', 2));
        end += digits;
        end += Put(payload[end..], ",\"ts\":"u8);
        end += Put(payload[end..], microseconds);
        end += Put(payload[end..], ",\"seq\":"u8);
        end += Put(payload[end..], number);
        end += Put(payload[end..], ",\"pad\":\""u8);
        payload[end..^2].Fill((byte)'x');
        Put(payload[^2..], "\"}"u8);

        // Remaining Length is always in two bytes here: between 128 and 16,383.
        var remaining = at + PayloadBytes - 3;
        packet[0] = 0x32;
        packet[1] = (byte)((remaining & 127) | 128);
        packet[2] = (byte)(remaining >> 7);
        return at + PayloadBytes;
    }

    private void Flush()
    {
        if (_flushed < _written)
        {
            _flushed += MqttSocket.Send(socket, _out.AsSpan(_flushed, _written - _flushed));
        }

        if (_flushed == _written)
        {
            (_flushed, _written) = (0, 0);
        }
        else if (_written > _out.Length / 2)
        {
            _out.AsSpan(_flushed, _written - _flushed).CopyTo(_out);
            (_flushed, _written) = (0, _written - _flushed);
        }
    }

    private void CountAcknowledgements()
    {
        for (int got; (got = MqttSocket.Receive(socket, _in.AsSpan(_held))) > 0;)
        {
            _held += got;
            var whole = _held / 4 * 4;
            for (var i = 0; i < whole; i += 4)
            {
                _acknowledged += _in[i] == 0x40 ? 1 : throw new IOException("The broker sent no PUBACK.");
            }

            _in.AsSpan(whole, _held - whole).CopyTo(_in);
            _held -= whole;
        }
    }

    private static int Put(Span<byte> target, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target);
        return text.Length;
    }

    private static int Put(Span<byte> target, long number) =>
        Utf8Formatter.TryFormat(number, target, out var written) ? written : throw new IOException("No room.");
}

/// <summary>What a <see cref="LoadGenerator"/> shall send.</summary>
/// <param name="Rate">Messages a second.</param>
/// <param name="Count">How many messages.</param>
internal sealed record LoadSettings(int Rate, long Count)
{
    /// <summary>Over how many topics they are spread.</summary>
    public int Topics { get; init; } = 100;

    /// <summary>The first sequence number.</summary>
    public long First { get; init; }
}

/// <summary>What a <see cref="LoadGenerator"/> has sent.</summary>
internal sealed record LoadResult(long Sent, long Acknowledged, TimeSpan Took)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"gen sent={Sent} acked={Acknowledged} secs={Took.TotalSeconds:F2}");
}
