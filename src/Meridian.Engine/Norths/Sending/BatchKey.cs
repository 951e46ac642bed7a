using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// Makes the keys of one North's batches: <c>journal-first-last-count-content</c>, with <c>-qTICKET</c> behind it for
/// an attempt from quarantine, and <c>-rNUMBER</c> for a replay. The last part but that is a hash of what the batch
/// holds, so that one key can never stand for two contents, whatever became of settings, of quarantine, or of what
/// transforms remember.
/// </summary>
/// <remarks>
/// A position stands for its reading for ever: without transforms the positions are the content. One caller at a time.
/// </remarks>
/// <param name="journalId">The journal.</param>
/// <param name="northId">The North: two that send the same to one destination have keys of their own.</param>
/// <param name="isMade">Whether readings are made of what lies at their positions.</param>
internal sealed class BatchKey(Guid journalId, string northId, bool isMade)
{
    private const int HashedChars = 16;
    private const int MaxGatheredBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The key of a batch.</summary>
    /// <param name="readings">What it holds, at least one.</param>
    /// <param name="positions">Their positions.</param>
    /// <param name="again">What has sent it once more; null for what comes in its turn.</param>
    public string Of(ReadOnlySpan<Reading> readings, ReadOnlySpan<long> positions, string? again = null)
    {
        _buffer.ResetWrittenCount();
        Write(northId);
        Write(positions);
        foreach (ref readonly var reading in isMade ? readings : [])
        {
            Write(reading);
            if (_buffer.WrittenCount > MaxGatheredBytes)
            {
                Fold();
            }
        }

        Fold();
        var key = string.Create(
            CultureInfo.InvariantCulture,
            $"{journalId:N}-{positions[0]}-{positions[^1]}-{positions.Length}-");
        return key
            + Convert.ToHexStringLower(_buffer.WrittenSpan)[..HashedChars]
            + (again is null ? string.Empty : $"-{again}");
    }

    /// <summary>Each run of positions by its first and its length.</summary>
    private void Write(ReadOnlySpan<long> positions)
    {
        var begin = 0;
        for (var i = 1; i <= positions.Length; i++)
        {
            if (i == positions.Length || positions[i] != positions[i - 1] + 1)
            {
                Write(positions[begin]);
                Write(i - begin);
                begin = i;
            }
        }
    }

    private void Write(in Reading reading)
    {
        Write(reading.Point);
        Write(reading.Timestamp.UtcTicks);
        Write(reading.Quality.StatusCode);
        Write((long)reading.Value.Kind);
        switch (reading.Value.Kind)
        {
            case ReadingValueKind.Double:
                Write(BitConverter.DoubleToInt64Bits(reading.Value.AsDouble()));
                break;
            case ReadingValueKind.Int64:
                Write(reading.Value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                Write(unchecked((long)reading.Value.AsUInt64()));
                break;
            case ReadingValueKind.Boolean:
                Write(reading.Value.AsBoolean() ? 1 : 0);
                break;
            case ReadingValueKind.Bytes:
                Write(reading.Value.AsBytes().Length);
                _buffer.Write(reading.Value.AsBytes().Span);
                break;
            case ReadingValueKind.String or ReadingValueKind.Json:
                Write(reading.Value.AsString());
                break;
            default:
                break;
        }
    }

    private void Write(string text)
    {
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        Write(bytes.Length);
        _buffer.Write(bytes);
    }

    private void Write(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), number);
        _buffer.Advance(sizeof(long));
    }

    /// <summary>What has gathered becomes its hash, and what follows is hashed together with that.</summary>
    private void Fold()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(_buffer.WrittenSpan, digest);
        _buffer.ResetWrittenCount();
        _buffer.Write(digest);
    }
}
