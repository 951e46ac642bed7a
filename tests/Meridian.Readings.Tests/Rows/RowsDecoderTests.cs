using System.Buffers;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests.Rows;

/// <summary>Records of version 1, which nothing writes any more and everything reads.</summary>
public sealed class RowsDecoderTests
{
    [Fact]
    public void Decode_GoldenFile_IsEverything()
    {
        var output = new ArrayBufferWriter<Reading>();
        var record = SampleReadings.Golden("readings-v1");

        var count = new ReadingsDecoder().Decode(record, output);

        Assert.Equal(SampleReadings.Everything(), output.WrittenSpan.ToArray());
        Assert.Equal(count, ReadingsDecoder.CountOf(record));
    }

    [Theory]
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
    [InlineData("010100016100011234", "ends too early")]
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
    public void Decode_GoldenFileDamaged_DecodesOrFaults() => Damage.AtEachPlace(SampleReadings.Golden("readings-v1"));
}
