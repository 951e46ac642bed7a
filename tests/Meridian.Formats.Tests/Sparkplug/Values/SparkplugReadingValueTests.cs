using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Sparkplug.Values;

public sealed class SparkplugReadingValueTests
{
    [Theory]
    [InlineData(SparkplugDataType.Int8, 0xFFFF_FFFBU, -5)] // Sign over 32 bits.
    [InlineData(SparkplugDataType.Int8, 0xFBU, -5)] // Sign over its own bits.
    [InlineData(SparkplugDataType.Int16, 0xFFFBU, -5)]
    [InlineData(SparkplugDataType.Int32, 0xFFFF_FFFBU, -5)]
    [InlineData(SparkplugDataType.Int8, 127U, 127)]
    [InlineData(SparkplugDataType.Int64, 0xFFFF_FFFBU, -5)]
    public void Read_ASignedInteger_HasItsSign(SparkplugDataType type, uint bits, long expected) =>
        Assert.Equal(ReadingValue.From(expected), Read(SparkplugValue.FromInt(bits), type));

    [Theory]
    [InlineData(SparkplugDataType.Int64, ulong.MaxValue, -1L)]
    [InlineData(SparkplugDataType.Int64, 0x8000_0000_0000_0000UL, long.MinValue)]
    [InlineData(SparkplugDataType.Int32, ulong.MaxValue, -1L)]
    public void Read_ASignedIntegerOf64Bits_HasItsSign(SparkplugDataType type, ulong bits, long expected) =>
        Assert.Equal(ReadingValue.From(expected), Read(SparkplugValue.FromLong(bits), type));

    [Theory]
    [InlineData(SparkplugDataType.UInt8, 255UL)]
    [InlineData(SparkplugDataType.UInt16, 65_535UL)]
    [InlineData(SparkplugDataType.UInt32, 4_294_967_295UL)]
    [InlineData(SparkplugDataType.UInt64, ulong.MaxValue)]
    public void Read_AnUnsignedInteger_IsIt(SparkplugDataType type, ulong bits) =>
        Assert.Equal(ReadingValue.From(bits), Read(SparkplugValue.FromLong(bits), type));

    [Theory]
    [InlineData(SparkplugDataType.Int8, 256UL)]
    [InlineData(SparkplugDataType.Int16, 65_536UL)]
    [InlineData(SparkplugDataType.UInt8, 256UL)]
    [InlineData(SparkplugDataType.UInt32, 4_294_967_296UL)]
    [InlineData(SparkplugDataType.Boolean, 1UL)]
    [InlineData(SparkplugDataType.Double, 1UL)]
    [InlineData(SparkplugDataType.Unknown, 1UL)]
    [InlineData(SparkplugDataType.DateTime, 253_402_300_800_000UL)]
    [InlineData((SparkplugDataType)99, 1UL)]
    public void Read_AValueThatIsNotOfItsType_SaysSo(SparkplugDataType type, ulong bits)
    {
        var isRead = SparkplugReadingValue.TryRead(
            SparkplugValue.FromLong(bits), type, false, 100, out _, out var reason);

        Assert.False(isRead);
        Assert.Contains($"0x{bits:X}", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ADateTime_IsIsoText() => Assert.Equal(
        ReadingValue.From("2023-11-14T22:13:20.0010000Z"),
        Read(SparkplugValue.FromLong(1_700_000_000_001), SparkplugDataType.DateTime));

    [Theory]
    [InlineData(SparkplugDataType.Int8Array, "01FF", "[1,-1]")]
    [InlineData(SparkplugDataType.UInt8Array, "01FF", "[1,255]")]
    [InlineData(SparkplugDataType.Int16Array, "0100FFFF", "[1,-1]")]
    [InlineData(SparkplugDataType.UInt16Array, "0100FFFF", "[1,65535]")]
    [InlineData(SparkplugDataType.Int32Array, "FFFFFFFF", "[-1]")]
    [InlineData(SparkplugDataType.UInt32Array, "FFFFFFFF", "[4294967295]")]
    [InlineData(SparkplugDataType.Int64Array, "FFFFFFFFFFFFFFFF", "[-1]")]
    [InlineData(SparkplugDataType.UInt64Array, "FFFFFFFFFFFFFFFF", "[18446744073709551615]")]
    [InlineData(SparkplugDataType.FloatArray, "0000803F0000C07F", "[1.0,\"NaN\"]")]
    [InlineData(SparkplugDataType.DoubleArray, "000000000000F83F", "[1.5]")]
    [InlineData(SparkplugDataType.BooleanArray, "03000000A0", "[true,false,true]")]
    [InlineData(SparkplugDataType.StringArray, "61006200", "[\"a\",\"b\"]")]
    [InlineData(SparkplugDataType.DateTimeArray, "0068E5CF8B010000", "[\"2023-11-14T22:13:20.0000000Z\"]")]
    [InlineData(SparkplugDataType.StringArray, "", "[]")]
    [InlineData(SparkplugDataType.Int32Array, "", "[]")]
    public void Read_AnArray_IsJson(SparkplugDataType type, string hex, string json) => Assert.Equal(
        ReadingValue.FromJson(json), Read(SparkplugValue.From(Convert.FromHexString(hex)), type));

    [Theory]
    [InlineData(SparkplugDataType.Int16Array, "010203")]
    [InlineData(SparkplugDataType.BooleanArray, "0A000000A0")]
    [InlineData(SparkplugDataType.BooleanArray, "FFFFFFFFA0")]
    [InlineData(SparkplugDataType.BooleanArray, "0A")]
    [InlineData(SparkplugDataType.StringArray, "6100FF00")]
    [InlineData(SparkplugDataType.StringArray, "610062")]
    [InlineData(SparkplugDataType.DateTimeArray, "FFFFFFFFFFFFFFFF")]
    public void Read_ABrokenArray_SaysSo(SparkplugDataType type, string hex) => Assert.False(
        SparkplugReadingValue.TryRead(
            SparkplugValue.From(Convert.FromHexString(hex)), type, false, 1_000, out _, out _));

    [Fact]
    public void Read_AnArrayBeyondTheLimit_IsRefused()
    {
        var value = SparkplugValue.From(new byte[10_000]);

        Assert.False(SparkplugReadingValue.TryRead(value, SparkplugDataType.Int8Array, false, 500, out _, out _));
        Assert.True(SparkplugReadingValue.TryRead(value, SparkplugDataType.Int8Array, false, 30_000, out _, out _));
    }

    [Fact]
    public void Read_ATableAndATemplate_AreJson()
    {
        var table = Sparkplug.Payloads.OfEverything.Metrics[8].Value;
        var template = SparkplugValue.From(new SparkplugTemplate
        {
            Reference = "motor",
            Parameters = [new SparkplugProperty("p", SparkplugDataType.Double, SparkplugValue.From(2.0))],
            Metrics =
            [
                new SparkplugMetric
                {
                    Name = "rpm", TimestampMilliseconds = 0, DataType = SparkplugDataType.Int16,
                    Value = SparkplugValue.FromInt(7),
                },
                new SparkplugMetric { Name = "none", DataType = SparkplugDataType.Int16, IsNull = true },
            ],
        });

        Assert.Equal(
            ReadingValue.FromJson("""{"columns":["x","y"],"types":["Int8","String"],"rows":[[1,"one"],[null,null]]}"""),
            Read(table, SparkplugDataType.DataSet));
        Assert.Equal(
            ReadingValue.FromJson(
                """{"template":"motor","parameters":{"p":2.0},"metrics":["""
                + """{"name":"rpm","timestamp":"1970-01-01T00:00:00.0000000Z","type":"Int16","value":7},"""
                + """{"name":"none","type":"Int16","value":null}]}"""),
            Read(template, SparkplugDataType.Template));
    }

    [Theory]
    [InlineData(192U, 0U)]
    [InlineData(0U, 0x8000_0000U)]
    [InlineData(500U, 0x4090_0000U)]
    [InlineData(216U, 0U)] // OPC DA: good, local override.
    [InlineData(64U, 0x4000_0000U)] // OPC DA: uncertain.
    [InlineData(512U, 0x8000_0000U)]
    public void Quality_OfAProperty_IsAStatusCode(uint code, uint expected)
    {
        var metric = new SparkplugMetric
        {
            Properties = [new SparkplugProperty("Quality", SparkplugDataType.Int32, SparkplugValue.FromInt(code))],
        };

        Assert.Equal(new Quality(expected), SparkplugQuality.Of(metric));
    }

    [Fact]
    public void Quality_WithoutAProperty_IsGoodUnlessItIsNull()
    {
        Assert.Equal(Quality.Good, SparkplugQuality.Of(new SparkplugMetric()));
        Assert.Equal(Quality.Bad, SparkplugQuality.Of(new SparkplugMetric { IsNull = true }));
        Assert.Empty(SparkplugQuality.PropertiesOf(Quality.Good, isNull: false));
    }

    private static ReadingValue Read(SparkplugValue value, SparkplugDataType type)
    {
        Assert.True(SparkplugReadingValue.TryRead(value, type, false, 10_000, out var read, out var reason), reason);
        return read;
    }
}
