using System.Buffers;
using System.Text;
using Meridian.Formats.Csv;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Csv;

public sealed class ReadingCsvWriterTests
{
    public static TheoryData<string, ReadingValue, Quality, string> Lines => new()
    {
        { "a", ReadingValue.From(21.5), default, "a,21.5,good" },
        { "a", ReadingValue.From(double.NaN), Quality.Uncertain, "a,NaN,uncertain" },
        { "a", ReadingValue.From(ulong.MaxValue), Quality.Bad, "a,18446744073709551615,bad" },
        { "a", ReadingValue.From(false), Quality.BadDecoding, "a,false,bad 0x80070000" },
        { "a", ReadingValue.Null, default, "a,,good" },
        { "a", ReadingValue.From(""), default, "a,\"\",good" },
        { "a,b", ReadingValue.From("say \"hi\"\r\n"), default, "\"a,b\",\"say \"\"hi\"\"\r\n\",good" },
        { "a", ReadingValue.From(" x"), default, "a,\" x\",good" },
        { "°", ReadingValue.From([0x0A, 0xFF]), default, "°,0AFF,good" },
        { "a", ReadingValue.FromJson("{\"b\":1}"), default, "a,\"{\"\"b\"\":1}\",good" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Write_Reading_IsOneRecord(string point, ReadingValue value, Quality quality, string expected)
    {
        var output = new ArrayBufferWriter<byte>();

        ReadingCsvWriter.Write(new Reading(point, DateTimeOffset.UnixEpoch, value, quality), output);

        Assert.Equal($"1970-01-01T00:00:00.0000000Z,{expected}\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
