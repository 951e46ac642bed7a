using System.Buffers;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

public sealed class ReadingsCodecTests
{
    /// <summary>The pieces of the smallest record: one reading of the point "a", the integer 5.</summary>
    private const string Start = "02 00 01 0000000000000000 00 ";

    private const string Code = "01 00000000 ";

    private const string Type = "01 02 00 ";

    private const string Series = "01 0000 0000 0002 61 ";

    [Fact]
    public void Encode_Everything_IsTheGoldenFile() => AssertGolden("readings-v2", SampleReadings.Everything());

    [Fact]
    public void Encode_Rounds_IsTheGoldenFile() => AssertGolden("readings-v2-rounds", SampleReadings.Rounds());

    /// <summary>Only decoded: another Brotli may find another way to the same body.</summary>
    [Fact]
    public void Decode_CompressedGoldenFile_IsTheRounds() =>
        Assert.Equal(SampleReadings.Rounds(), Decode(SampleReadings.Golden("readings-v2-brotli")));

    [Fact]
    public void Decode_UnknownVersion_SaysWhichAndWhatToDo()
    {
        var fault = Assert.Throws<ReadingsFormatException>(
            () => new ReadingsDecoder().Decode([7, 1, 0, 1, 97, 0, 0], new ArrayBufferWriter<Reading>()));

        Assert.Equal(7, fault.UnknownVersion);
        Assert.Contains("version 7; this build reads versions 1 and 2.", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsTransient);
    }

    [Theory]
    [InlineData("", "byte 0")]
    [InlineData("02", "ends too early")]
    [InlineData("02 02 01", "flags 0x02")]
    [InlineData("02 00 00", "0 readings")]
    [InlineData("02 00 81808008", "16777217 readings are announced and 16777216")]
    [InlineData("02 00 8002 00000000", "256 readings are announced and 4 bytes")]
    [InlineData(Start + "00", "no status codes")]
    [InlineData(Start + "02 00000000 00000000", "2 status codes")]
    [InlineData(Start + Code + "00", "no types of values")]
    [InlineData(Start + Code + "01 08", "type 0x08")]
    [InlineData(Start + Code + "01 12", "type 0x12")]
    [InlineData(Start + Code + "01 05 02", "2 texts are announced and 1")]
    [InlineData(Start + Code + "01 05 01 0006 6161", "a text of 3 bytes is announced and 2")]
    [InlineData(Start + Code + "01 05 01 0001 6161", "a text of -1 bytes")]
    [InlineData(Start + Code + Type + "00", "no series")]
    [InlineData(Start + Code + Type + "02", "2 series are announced and 1")]
    [InlineData(Start + Code + Type + "01 0002 0000", "of type 1 and there are 1")]
    [InlineData(Start + Code + Type + "01 4100", "integers of 65 bits")]
    [InlineData(Start + Code + Type + "01 8000 01 0100", "outlier 1 lies in a block of 1")]
    [InlineData(Start + Code + Type + "01 0000 0002 0002 61", "come again")]
    [InlineData(Start + Code + Type + "01 0000 0000 0000", "0 + 0 bytes")]
    [InlineData(Start + Code + Type + "01 0000 0000 00808008", "0 + 65536 bytes")]
    [InlineData(Start + Code + Type + "01 0000 0000 0004 61", "ends too early")]
    [InlineData(Start + Code + Type + "01 0000 0000 0002 FF", "1 bytes is not UTF-8")]
    [InlineData(Start + Code + Type + Series + "000A 0002", "series 1 is used and there are 1")]
    [InlineData(Start + Code + Type + Series + "000A 0000 02 0000", "in the way 2")]
    [InlineData(Start + Code + Type + Series + "000A 0000 00 0001", "years 1 to 9999")]
    [InlineData(Start + Code + Type + Series + "000A 0000 00 0000 00", "bytes follow")]
    [InlineData(Start + Code + "01 04 00" + Series + "0004 0000 00 0000", "a boolean is 2")]
    [InlineData(Start + Code + "01 00 00" + Series + "0002 0000 00 0000", "a null is 1")]
    [InlineData(Start + Code + "01 05 00" + Series + "0000 0000 00 0000", "text 0 is used and there are 0")]
    [InlineData(Start + Code + "01 05 01 0002 FF" + Series + "0000 0000 00 0000", "a text of 1 bytes is not UTF-8")]
    [InlineData(Start + Code + "01 11 00" + Series + "0080808080 40 0000 00 0000", "single precision")]
    [InlineData("02 01 01 05 00", "its compressed bytes")]
    [InlineData("02 01 01 8110 0000", "a body of 2049 bytes is announced and 2048")]
    [InlineData("02 01 01 FFFFFFFFFFFFFFFFFF01 0000", "are possible")]
    public void Decode_Damaged_SaysWhatAndAddsNothing(string record, string words)
    {
        var output = new ArrayBufferWriter<Reading>();
        var bytes = Convert.FromHexString(record.Replace(" ", string.Empty, StringComparison.Ordinal));

        var fault = Assert.Throws<ReadingsFormatException>(() => new ReadingsDecoder().Decode(bytes, output));

        Assert.Null(fault.UnknownVersion);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Decode_SmallestRecord_IsItsReading()
    {
        var output = new ArrayBufferWriter<Reading>();
        const string Record = Start + Code + Type + Series + "000A 0000 00 0000";
        var bytes = Convert.FromHexString(Record.Replace(" ", string.Empty, StringComparison.Ordinal));

        new ReadingsDecoder().Decode(bytes, output);

        Assert.Equal([new Reading("a", DateTimeOffset.MinValue, ReadingValue.From(5L))], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Decode_TwoRecords_GiveTheSameNameInstance()
    {
        var decoder = new ReadingsDecoder();
        var output = new ArrayBufferWriter<Reading>();
        var record = SampleReadings.Golden("readings-v2");

        decoder.Decode(record, output);
        decoder.Decode(record, output);

        Assert.Same(output.WrittenSpan[0].Point, output.WrittenSpan[12].Point);
    }

    [Fact]
    public void Add_InPieces_IsTheSameRecord()
    {
        var encoder = new ReadingsEncoder();
        var whole = new ArrayBufferWriter<byte>();
        var pieces = new ArrayBufferWriter<byte>();
        var readings = SampleReadings.Everything();
        new ReadingsEncoder().Encode(readings, whole);

        foreach (var reading in readings)
        {
            encoder.Add([reading]);
        }

        Assert.Equal(readings.Length, encoder.Count);
        encoder.Finish(pieces);
        Assert.Equal(whole.WrittenSpan.ToArray(), pieces.WrittenSpan.ToArray());
        Assert.Equal(0, encoder.Count);
        Assert.Throws<InvalidOperationException>(() => encoder.Finish(pieces));
    }

    [Fact]
    public void Add_PointTooLongOrEmpty_AddsNoneOfThem()
    {
        var encoder = new ReadingsEncoder();
        var good = new Reading("a", default, ReadingValue.From(1L));

        Assert.Throws<ArgumentException>(() => encoder.Add([good, good with { Point = string.Empty }]));
        Assert.Throws<ArgumentException>(() => encoder.Add([good, good with { Point = new string('é', 32_768) }]));

        Assert.Equal(0, encoder.Count);
        encoder.Add([good with { Point = new string('x', 65_535) }]);
        Assert.Equal(1, encoder.Count);
    }

    [Theory]
    [InlineData(ReadingsCompression.None)]
    [InlineData(ReadingsCompression.Brotli)]
    public void EncodeAndDecode_Again_AllocateNothing(ReadingsCompression compression)
    {
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions { Compression = compression });
        var decoder = new ReadingsDecoder();
        var bytes = new ArrayBufferWriter<byte>(65_536);
        var output = new ArrayBufferWriter<Reading>(2_048);
        Reading[] readings =
        [
            .. SampleReadings.Rounds(),
            .. SampleReadings.Everything().Where(static reading => reading.Value.Kind != ReadingValueKind.Bytes),
        ];
        Round();
        Round();

        // What allocates each time shows each time; what the runtime itself needs once, wherever it is, does not.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => Allocated()));
        Assert.Equal(readings, output.WrittenSpan.ToArray());

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                Round();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Round()
        {
            bytes.ResetWrittenCount();
            output.ResetWrittenCount();
            encoder.Encode(readings, bytes);
            decoder.Decode(bytes.WrittenSpan, output);
        }
    }

    private static void AssertGolden(string name, Reading[] readings)
    {
        var output = new ArrayBufferWriter<byte>();
        var golden = SampleReadings.Golden(name);

        new ReadingsEncoder().Encode(readings, output);

        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(readings, Decode(golden));
        Assert.Equal(readings.Length, ReadingsDecoder.CountOf(golden));
    }

    private static Reading[] Decode(byte[] record)
    {
        var output = new ArrayBufferWriter<Reading>();
        new ReadingsDecoder().Decode(record, output);
        return output.WrittenSpan.ToArray();
    }
}
