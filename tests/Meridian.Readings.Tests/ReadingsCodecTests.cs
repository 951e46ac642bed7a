using System.Buffers;
using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

public sealed class ReadingsCodecTests
{
    [Fact]
    public void Encode_Everything_IsTheGoldenFile()
    {
        var output = new ArrayBufferWriter<byte>();

        new ReadingsEncoder().Encode(SampleReadings.Everything(), output);

        Assert.Equal(Golden(), Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Decode_GoldenFile_IsEverything()
    {
        var output = new ArrayBufferWriter<Reading>();
        var record = Convert.FromHexString(Golden());

        var count = new ReadingsDecoder().Decode(record, output);

        Assert.Equal(SampleReadings.Everything(), output.WrittenSpan.ToArray());
        Assert.Equal(count, ReadingsDecoder.CountOf(record));
    }

    [Fact]
    public void Decode_UnknownVersion_SaysWhichAndWhatToDo()
    {
        var fault = Assert.Throws<ReadingsFormatException>(
            () => new ReadingsDecoder().Decode([7, 1, 0, 1, 97, 0, 0], new ArrayBufferWriter<Reading>()));

        Assert.Equal(7, fault.UnknownVersion);
        Assert.Contains("version 7; this build reads version 1", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsTransient);
    }

    [Theory]
    [InlineData("", "byte 0")]
    [InlineData("01", "ends")]
    [InlineData("0100", "0 readings")]
    [InlineData("01FFFFFFFF7F0001610000", "34359738367 readings")]
    [InlineData("01010101610000", "point 1 is used and 0 are known")]
    [InlineData("010100000000", "point name of 0 bytes")]
    [InlineData("01010001FF0000", "not 1 to 65,535 bytes of UTF-8")]
    [InlineData("010100FFFFFFFF7F610000", "34359738367 bytes are announced")]
    [InlineData("01010001610100", "years 1 to 9999")]
    [InlineData("01010001610040", "0x40")]
    [InlineData("01010001610008", "kind 8")]
    [InlineData("0101000161000402", "boolean is 2")]
    [InlineData("010100016100050261FF", "text of 2 bytes")]
    [InlineData("0101000161000003", "bytes follow")]
    [InlineData("010100016100011234", "ends in the middle")]
    [InlineData("01010001610003FFFFFFFFFFFFFFFFFF02", "more than 64 bits")]
    public void Decode_Damaged_SaysWhatAndAddsNothing(string record, string words)
    {
        var output = new ArrayBufferWriter<Reading>();

        var fault = Assert.Throws<ReadingsFormatException>(
            () => new ReadingsDecoder().Decode(Convert.FromHexString(record), output));

        Assert.Null(fault.UnknownVersion);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Decode_TwoRecords_GiveTheSameNameInstance()
    {
        var decoder = new ReadingsDecoder();
        var output = new ArrayBufferWriter<Reading>();
        var record = Convert.FromHexString(Golden());

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
        encoder.Encode(readings, whole);

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

    [Fact]
    public void Names_MoreThanTheyHold_ForgetOnlyTheOld()
    {
        var names = new PointNames(maxNames: 4, maxBytes: 1_000);
        var kept = names.NameOf("kept"u8);

        for (var i = 0; i < 100; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(name, names.NameOf(System.Text.Encoding.UTF8.GetBytes(name)));
            Assert.Same(kept, names.NameOf("kept"u8));
        }
    }

    [Fact]
    public void EncodeAndDecode_Again_AllocateNothing()
    {
        var encoder = new ReadingsEncoder();
        var decoder = new ReadingsDecoder();
        var bytes = new ArrayBufferWriter<byte>(65_536);
        var readings = new ArrayBufferWriter<Reading>(1_024);
        var numbers = SampleReadings.Everything()
            .Where(reading => reading.Value.Kind < ReadingValueKind.String)
            .ToArray();
        Round();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            bytes.ResetWrittenCount();
            readings.ResetWrittenCount();
            encoder.Encode(numbers, bytes);
            decoder.Decode(bytes.WrittenSpan, readings);
        }
    }

    private static string Golden()
    {
        using var stream = typeof(ReadingsCodecTests).Assembly.GetManifestResourceStream("readings-v1.hex");
        using var reader = new StreamReader(stream!); // The file is part of this project.
        return string.Concat(reader.ReadToEnd().Where(char.IsAsciiHexDigitUpper));
    }
}
