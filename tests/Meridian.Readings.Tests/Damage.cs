using System.Buffers;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

/// <summary>Bytes that are no record: they decode to something or fault in words, and never anything else.</summary>
internal static class Damage
{
    /// <summary>Cuts the record and turns each bit, at each place.</summary>
    public static void AtEachPlace(byte[] record)
    {
        var trial = new Trial();
        for (var at = 0; at < record.Length; at++)
        {
            trial.Run(record.AsSpan(0, at));
            for (var bit = 0; bit < 8; bit++)
            {
                record[at] ^= (byte)(1 << bit);
                trial.Run(record);
                record[at] ^= (byte)(1 << bit);
            }
        }

        trial.Decode(record);
    }

    /// <summary>Does several kinds of harm at once, each time anew.</summary>
    public static void AtRandom(byte[] record, int times, Random dice)
    {
        var trial = new Trial();
        for (var time = 0; time < times; time++)
        {
            var damaged = record.ToArray();
            for (var harm = dice.Next(1, 4); harm > 0; harm--)
            {
                // The first byte stays: another version is another test.
                var at = dice.Next(1, damaged.Length);
                var length = dice.Next(1, Math.Min(16, damaged.Length - at + 1));
                var piece = damaged.AsSpan(at, length);
                switch (dice.Next(4))
                {
                    case 0:
                        dice.NextBytes(piece);
                        break;
                    case 1:
                        piece.Fill((byte)(dice.Next(2) * 0xFF));
                        break;
                    case 2:
                        damaged = [.. damaged[..at], .. damaged[(at + length)..]];
                        break;
                    default:
                        damaged = [.. damaged[..at], .. piece, .. damaged[at..]];
                        break;
                }

                if (damaged.Length < 2)
                {
                    break;
                }
            }

            trial.Run(damaged);
        }

        trial.Decode(record);
    }

    public static void DecodeOrFault(ReadOnlySpan<byte> record) => new Trial().Run(record);

    /// <summary>One decoder for all, as in life: damage must not spoil it for the next record.</summary>
    private sealed class Trial
    {
        private readonly ReadingsDecoder _decoder = new();
        private readonly ArrayBufferWriter<Reading> _output = new();

        public void Decode(ReadOnlySpan<byte> record)
        {
            _output.ResetWrittenCount();
            var count = _decoder.Decode(record, _output);

            Assert.Equal(count, _output.WrittenCount);
            Assert.Equal(count, ReadingsDecoder.CountOf(record));
        }

        public void Run(ReadOnlySpan<byte> record)
        {
            try
            {
                Decode(record);
            }
            catch (ReadingsFormatException)
            {
                Assert.Equal(0, _output.WrittenCount);
            }
        }
    }
}
