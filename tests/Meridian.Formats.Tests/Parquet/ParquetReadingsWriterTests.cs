using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

public sealed class ParquetReadingsWriterTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);

    public static TheoryData<Reading, string> Refused => new()
    {
        { default, "A reading has no point's name; a name has 1 to 65,535 bytes of UTF-8." },
        {
            new Reading("", Time, ReadingValue.Null),
            "A reading has no point's name; a name has 1 to 65,535 bytes of UTF-8."
        },
        {
            new Reading(new string('ä', 32_768), Time, ReadingValue.Null),
            $"The name of the point '{new string('ä', 100)}…' has 65,536 bytes of UTF-8; a name has 1 to 65,535."
        },
        {
            new Reading("a\uD800b", Time, ReadingValue.Null),
            "The name of the point 'a\uD800b' has half a surrogate pair, which UTF-8 cannot hold."
        },
        {
            new Reading("a", Time, ReadingValue.From("𝄞\uDC00")),
            "The reading of 'a' at 2026-11-21T10:15:00.0000000Z cannot be written: its text has half a surrogate pair, "
            + "which UTF-8 cannot hold."
        },
        {
            new Reading("a", DateTimeOffset.MinValue, ReadingValue.Null),
            "The reading of 'a' at 0001-01-01T00:00:00.0000000Z cannot be written: its timestamp is outside the years "
            + "1677 to 2262 that Parquet's nanoseconds hold."
        },
        {
            new Reading("a", DateTimeOffset.UnixEpoch.AddTicks((long.MaxValue / 100) + 1), ReadingValue.Null),
            "The reading of 'a' at 2262-04-11T23:47:16.8547759Z cannot be written: its timestamp is outside the years "
            + "1677 to 2262 that Parquet's nanoseconds hold."
        },
        {
            new Reading("a", Time, ReadingValue.From(new byte[ParquetLimits.MaxValueBytes + 1])),
            "The reading of 'a' at 2026-11-21T10:15:00.0000000Z cannot be written: its value has 67,108,865 bytes; "
            + "at most 67,108,864 are written."
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Write_WhatAFileCannotHold_TakesNothingInAndSaysWhy(Reading wrong, string why)
    {
        var good = new Reading("a", Time, ReadingValue.From(1.5));
        using var stream = new MemoryStream();
        using var writer = new ParquetReadingsWriter(stream, new ParquetOptions { RowGroupRows = 2 });

        var refused = Assert.Throws<ParquetReadingException>(() => writer.Write([good, good, good, wrong, good]));
        writer.Write([good, good]);
        writer.Complete();

        Assert.Equal(3, refused.Index);
        Assert.Equal(why, refused.Message);
        Assert.False(refused.IsTransient);
        Assert.Equal(ParquetSamples.Write([good, good], new ParquetOptions { RowGroupRows = 2 }), stream.ToArray());
    }

    [Theory]
    [InlineData(0, 1, "RowGroupRows is 0; a row group has 1 to 1,048,576 readings. Leave it out for the default.")]
    [InlineData(1_048_577, 1, "RowGroupRows is 1048577; a row group has 1 to 1,048,576 readings.")]
    [InlineData(1, -5, "RowGroupBytes is -5; a row group has 1 to 536,870,912 bytes. Leave it out for the default.")]
    public void Make_OptionOutOfRange_SaysWhatFits(int rows, int bytes, string words)
    {
        var options = new ParquetOptions { RowGroupRows = rows, RowGroupBytes = bytes };

        var refused = Assert.Throws<ArgumentException>(() => new ParquetReadingsWriter(Stream.Null, options));

        Assert.StartsWith(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_UnknownCompression_SaysWhichThereAre()
    {
        var options = new ParquetOptions { Compression = (ParquetCompression)9 };

        var refused = Assert.Throws<ArgumentException>(() => new ParquetReadingsWriter(Stream.Null, options));

        Assert.StartsWith(
            "Compression is 9; Parquet files are written with none, snappy or gzip.",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Make_StreamThatCannotBeWritten_IsRefused()
    {
        using var stream = new MemoryStream([], writable: false);

        Assert.Throws<ArgumentException>(() => new ParquetReadingsWriter(stream));
    }

    [Fact]
    public void Write_HoweverItIsParted_MakesTheSameFile()
    {
        var options = new ParquetOptions { RowGroupRows = 9 };

        var whole = ParquetSamples.Write(ParquetSamples.Everything, options, part: 1_000);

        Assert.Equal(whole, ParquetSamples.Write(ParquetSamples.Everything, options, part: 1));
    }

    [Fact]
    public void Complete_Twice_SaysThatTheFileIsComplete()
    {
        using var writer = new ParquetReadingsWriter(new MemoryStream());
        writer.Complete();

        Assert.Throws<InvalidOperationException>(writer.Complete);
        var late = Assert.Throws<InvalidOperationException>(() => writer.Write([]));

        Assert.Equal("The Parquet file is complete; make a writer for the next file.", late.Message);
    }

    [Fact]
    public void Write_StreamThatThrows_GivesTheFileUp()
    {
        var stream = new FullStream(200);
        using var writer = new ParquetReadingsWriter(stream, new ParquetOptions { RowGroupRows = 1 });
        Reading[] one = [new Reading("a", Time, ReadingValue.From(1.5))];

        Assert.Throws<IOException>(() => writer.Write(one));
        var later = Assert.Throws<InvalidOperationException>(() => writer.Write(one));

        Assert.Equal(
            "The Parquet file was given up, or its stream failed; throw it away and write it again.", later.Message);
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Write_ManyRowGroups_AllocatesNextToNothingAndHoldsOneRowGroup()
    {
        var readings = Enumerable.Range(0, 10_000).Select(static i => new Reading(
            $"p{i % 100}",
            Time.AddTicks(i),
            i % 2 == 0 ? ReadingValue.From(i / 4.0) : ReadingValue.From("on"))).ToArray();
        using var writer = new ParquetReadingsWriter(Stream.Null, new ParquetOptions { RowGroupRows = 5_000 });
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            writer.Write(readings);
            Assert.Equal(0, writer.BytesGathered);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Code that is not compiled to the end yet makes objects of numbers; then less than a byte a reading is left.
        Assert.Contains(Enumerable.Range(0, 1_000), _ => Allocated() < readings.Length);
    }

    /// <summary>A stream that can only be written forward, and is full after some bytes.</summary>
    private sealed class FullStream(int capacity) : Stream
    {
        private int _room = capacity;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            _room -= count;
            if (_room < 0)
            {
                throw new IOException("There is no space left.");
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
