using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;

namespace Meridian.Benchmarks.Instruments;

/// <summary>
/// Takes publications and looks for <c>"ts":µs</c> and <c>"seq":N</c> in every payload: which numbers came, how
/// often, how long the first copy took. Blocks its thread; <see cref="Distinct"/> may be read from any.
/// </summary>
internal sealed class MessageCounter
{
    private const int PollMicroseconds = 50_000;

    private readonly Socket _socket;
    private readonly bool[] _seen;
    private readonly long _first;
    private readonly byte[] _in = new byte[1 << 24];
    private readonly byte[] _acknowledgements = new byte[1 << 20];
    private readonly LatencyHistogram _second = new();
    private readonly LatencyHistogram _whole = new();
    private int _held;
    private int _acknowledged;
    private long _messages;
    private long _distinct;
    private long _repeated;
    private long _firstArrival;
    private long _lastArrival;

    /// <param name="socket">
    /// To a broker that was subscribed at, or from a client that publishes where the instrument is the broker; the
    /// caller's.
    /// </param>
    /// <param name="expected">How many numbers there are.</param>
    /// <param name="first">The first of them.</param>
    public MessageCounter(Socket socket, int expected, long first = 0)
    {
        _socket = socket;
        _seen = new bool[expected];
        _first = first;
        _socket.Blocking = false;
    }

    /// <summary>How many different numbers have come.</summary>
    public long Distinct => Volatile.Read(ref _distinct);

    /// <summary>When the last new number came, as a timestamp of the system's clock.</summary>
    public long LastArrival => Volatile.Read(ref _lastArrival);

    /// <summary>Counts until every number has come or cancelled.</summary>
    /// <param name="tell">Hears a line a second; null for silence.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Arrivals Run(Action<string>? tell, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var (started, lines) = (time.GetTimestamp(), 0);
        while (!cancellationToken.IsCancellationRequested && _distinct < _seen.Length)
        {
            if (_socket.Poll(PollMicroseconds, SelectMode.SelectRead))
            {
                Take();
            }

            if (time.GetElapsedTime(started).TotalSeconds >= lines + 1)
            {
                tell?.Invoke($"t={++lines} {Describe(_second)}");
                _second.Clear();
            }
        }

        return Describe(_whole);
    }

    /// <summary>The missing numbers as ranges; the first few.</summary>
    public string DescribeMissing()
    {
        var ranges = new List<string>();
        for (var i = 0; i < _seen.Length && ranges.Count < 12; i++)
        {
            var first = i;
            while (i < _seen.Length && !_seen[i])
            {
                i++;
            }

            if (i > first)
            {
                ranges.Add(string.Create(CultureInfo.InvariantCulture, $"{_first + first}+{i - first}"));
            }
        }

        return ranges.Count == 0 ? "none" : string.Join(',', ranges);
    }

    private Arrivals Describe(LatencyHistogram latencies) => new(
        _messages,
        _distinct,
        _repeated,
        _seen.Length - _distinct,
        TimeProvider.System.GetElapsedTime(_firstArrival, _lastArrival),
        latencies.Percentile(0.5),
        latencies.Percentile(0.99));

    private void Take()
    {
        for (int got; (got = MqttSocket.Receive(_socket, _in.AsSpan(_held))) > 0;)
        {
            _held += got;
            var now = TimeProvider.System.GetUtcNow();
            var microseconds = (now.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
            var taken = 0;
            while (TryTakePacket(_in.AsSpan(taken, _held - taken), microseconds, out var length))
            {
                taken += length;
            }

            _in.AsSpan(taken, _held - taken).CopyTo(_in);
            _held -= taken;
            SendAcknowledgements();
            if (got < 65_536)
            {
                return;
            }
        }
    }

    private bool TryTakePacket(ReadOnlySpan<byte> bytes, long microseconds, out int length)
    {
        length = 0;
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

        length = at + remaining;
        if (length > bytes.Length)
        {
            return false;
        }

        if (bytes[0] >> 4 == 3)
        {
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if ((bytes[0] & 6) != 0)
            {
                Acknowledge(bytes.Slice(at, 2));
                at += 2;
            }

            _messages++;
            Look(bytes[at..length], microseconds);
        }

        return true;
    }

    private void Look(ReadOnlySpan<byte> payload, long microseconds)
    {
        while (payload.IndexOf("\"ts\":"u8) is >= 0 and var ts)
        {
            payload = payload[(ts + 5)..];
            var seq = payload.IndexOf("\"seq\":"u8);
            if (seq < 0 || !Utf8Parser.TryParse(payload, out long sent, out _))
            {
                return;
            }

            payload = payload[(seq + 6)..];
            if (!Utf8Parser.TryParse(payload, out long number, out _)
                || (number -= _first) < 0 || number >= _seen.Length)
            {
                continue;
            }

            if (_seen[number])
            {
                _repeated++;
                continue;
            }

            _seen[number] = true;
            _lastArrival = TimeProvider.System.GetTimestamp();
            _firstArrival = _firstArrival == 0 ? _lastArrival : _firstArrival;
            Volatile.Write(ref _distinct, _distinct + 1);
            var milliseconds = (microseconds - sent) / 1_000.0;
            _second.Add(milliseconds);
            _whole.Add(milliseconds);
        }
    }

    private void Acknowledge(ReadOnlySpan<byte> packetIdentifier)
    {
        if (_acknowledged > _acknowledgements.Length - 4)
        {
            SendAcknowledgements();
        }

        var packet = _acknowledgements.AsSpan(_acknowledged, 4);
        (packet[0], packet[1]) = (0x40, 2);
        packetIdentifier.CopyTo(packet[2..]);
        _acknowledged += 4;
    }

    private void SendAcknowledgements()
    {
        for (var sent = 0; sent < _acknowledged;)
        {
            sent += MqttSocket.Send(_socket, _acknowledgements.AsSpan(sent, _acknowledged - sent));
            if (sent < _acknowledged)
            {
                _socket.Poll(PollMicroseconds, SelectMode.SelectWrite);
            }
        }

        _acknowledged = 0;
    }
}

/// <summary>What a <see cref="MessageCounter"/> has seen.</summary>
/// <param name="Messages">All messages.</param>
/// <param name="Distinct">Different numbers.</param>
/// <param name="Repeated">Copies beyond the first.</param>
/// <param name="Missing">Numbers that did not come.</param>
/// <param name="Span">From the first to the last new number.</param>
/// <param name="MedianMilliseconds">The median latency of first copies.</param>
/// <param name="P99Milliseconds">The 99th percentile.</param>
internal sealed record Arrivals(
    long Messages,
    long Distinct,
    long Repeated,
    long Missing,
    TimeSpan Span,
    double MedianMilliseconds,
    double P99Milliseconds)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"msgs={Messages} distinct={Distinct} dup={Repeated} p50ms={MedianMilliseconds:F2} p99ms={P99Milliseconds:F2}");
}
