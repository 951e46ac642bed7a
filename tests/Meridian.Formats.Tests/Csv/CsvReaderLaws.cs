using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Csv;

public sealed class CsvReaderLaws
{
    private static readonly CsvLimits Small = new()
    {
        MaxFieldLength = 40,
        MaxRowLength = 100,
        MaxFields = 10,
        BufferBytes = 16,
    };

    [Fact]
    public async Task Read_RandomBytes_NeverThrowsAndPiecesAgree()
    {
        var seed = Seed.Draw();
        var random = new Random(seed);
        try
        {
            for (var run = 0; run < TestMode.Pick(1_000_000, 20_000); run++)
            {
                await ReadRandomAsync(random);
            }
        }
        catch (Exception error)
        {
            throw Seed.Failure(seed, error);
        }
    }

    [Fact]
    public void Read_WhatTheWriterWrote_IsTheSame() => Prop
        .ForAll<NonNull<string>[], byte>(async (texts, choice) =>
        {
            var delimiter = ",;\t|"[choice % 4];
            string[] fields = [.. texts.Select(text => Clean(text.Get)), "end"];
            var buffer = new ArrayBufferWriter<byte>();
            foreach (var field in fields)
            {
                CsvText.WriteField(field, delimiter, buffer);
                buffer.Write([(byte)delimiter]);
            }

            var spec = new CsvInputSpec { Delimiter = delimiter, HasHeader = false };
            var reader = new CsvReader(new MemoryStream(buffer.WrittenMemory.ToArray()), spec);
            var step = await reader.ReadAsync(default);

            return step == CsvStep.Row && reader.FieldCount == fields.Length + 1
                && Enumerable.Range(0, fields.Length).All(i => reader.Field(i).SequenceEqual(fields[i]));
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_WhatReadingCsvWriterWrote_GivesTheReadings() => Prop
        .ForAll<NonNull<string>, long, double>(async (text, whole, real) =>
        {
            var time = new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero).AddTicks(whole % 1_000_000_000);
            var name = "p" + Clean(text.Get);
            Reading[] readings =
            [
                new(name, time, ReadingValue.From(whole)),
                new(name, time, ReadingValue.From(double.IsFinite(real) ? real + 0.5 : 1.5), Quality.Uncertain),
                new(name, time, ReadingValue.From(true), new Quality(0x8007_0000)),
                new(name, time, ReadingValue.Null, Quality.Bad),
                new(name, time, ReadingValue.From("t" + Clean(text.Get))),
            ];
            var buffer = new ArrayBufferWriter<byte>();
            buffer.Write(ReadingCsvWriter.Header);
            foreach (var reading in readings)
            {
                ReadingCsvWriter.Write(reading, buffer);
            }

            Assert.Equal(readings, await DecodeAsync(buffer.WrittenMemory.ToArray()), SameNumber);
        })
        .QuickCheckThrowOnFailure();

    /// <summary>A double that is whole is written without a fraction, and comes back as a whole number.</summary>
    private static bool SameNumber(Reading one, Reading other) => one == other
        || (one.Value.Kind == ReadingValueKind.Double && other.Value.Kind is ReadingValueKind.Int64
            && one.Value.AsDouble() == other.Value.AsInt64() && one.Quality == other.Quality);

    private static async Task<List<Reading>> DecodeAsync(byte[] csv)
    {
        var spec = new RowSpec
        {
            TimeColumn = "timestamp",
            PointColumn = "point",
            QualityColumn = "quality",
            Nulls = [],
        };
        Assert.True(RowDecoder.TryCompile(spec, "item", "south", out var decoder, out _));
        var reader = new CsvReader(new MemoryStream(csv), new CsvInputSpec());
        var (readings, problems) = (new List<Reading>(), new List<RowProblem>());
        while (await reader.ReadAsync(default) == CsvStep.Row)
        {
            decoder.Decode(reader, reader.Line, readings, problems);
        }

        Assert.Empty(problems);
        return readings;
    }

    private static async Task ReadRandomAsync(Random random)
    {
        var alphabet = "\",;\r\n ab1\u00C3\u00A4\u00FF\0\u00EF\u00BB\u00BF";
        var bytes = new byte[random.Next(60)];
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = random.Next(8) == 0 ? (byte)random.Next(256) : (byte)alphabet[random.Next(alphabet.Length)];
        }

        var spec = new CsvInputSpec
        {
            HasHeader = random.Next(2) == 0,
            Delimiter = ",;\t|"[random.Next(4)],
            Encoding = (CsvEncoding)random.Next(3),
        };

        var whole = await CsvReaderTests.ReadAsync(new MemoryStream(bytes), spec, Small with { BufferBytes = 64 });
        var pieces = await CsvReaderTests.ReadAsync(new DripStream(bytes), spec, Small);

        Assert.True(
            whole.SequenceEqual(pieces, StringComparer.Ordinal),
            $"{spec} {Convert.ToHexString(bytes)}\n{string.Join('\n', whole)}\n{string.Join('\n', pieces)}");
    }

    /// <summary>Half a surrogate pair has no UTF-8.</summary>
    private static string Clean(string text) =>
        new([.. text.Where(static one => !char.IsSurrogate(one) && one != '\uFFFF')]);

    /// <summary>Gives a byte or two at a time.</summary>
    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (int)(Position % 2))], cancellationToken);
    }
}
