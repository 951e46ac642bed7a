using Meridian.Fixtures;
using Meridian.Formats.Sparkplug;

namespace Meridian.Formats.Tests.Sparkplug;

public sealed class SparkplugCodecTests
{
    /// <summary>A change of a byte of it is a change of what goes over the wire.</summary>
    private const string Golden = "tests/Meridian.Formats.Tests/Sparkplug/everything.hex";

    [Fact]
    public void Encode_AnNDeath_IsTheBytesByHand()
    {
        var payload = new SparkplugPayload
        {
            TimestampMilliseconds = 300,
            Metrics =
            [
                new SparkplugMetric
                {
                    Name = "bdSeq", DataType = SparkplugDataType.Int64, Value = SparkplugValue.FromLong(7),
                },
            ],
        };

        var bytes = SparkplugCodec.Encode(payload);

        // 08 AC02: field 1, 300 · 12 0B: field 2 of 11 bytes · 0A 05 "bdSeq" · 20 04: Int64 · 58 07: long_value 7.
        Assert.Equal("08AC02120B0A05626453657120045807", Convert.ToHexString(bytes));
    }

    [Fact]
    public void Decode_UnknownFieldsAndOtherWireTypes_PassesThemOver()
    {
        // 08 01: timestamp · 6D …: field 13, 32 bits · 71 …: field 14, 64 bits · 7A 01 FF: field 15 of 1 byte ·
        // 0D …: field 1, but 32 bits · 12 02 10 05: a metric with alias 5 · 18 03: seq 3 · 18 04: seq again.
        var bytes = Convert.FromHexString(
            "08016D01020304710102030405060708" + "7A01FF0D00000000" + "12021005" + "1803" + "1804");

        Assert.True(SparkplugCodec.TryDecode(bytes, out var payload, out var reason), reason);

        Assert.Equal(1UL, payload.TimestampMilliseconds);
        Assert.Equal(5UL, Assert.Single(payload.Metrics).Alias);
        Assert.Equal(4UL, payload.Sequence);
    }

    [Fact]
    public void Decode_PackedTypesOfATable_AreRead()
    {
        // A metric with a table whose types [1, 12] are packed into one field, as proto3 writers do.
        var bytes = Convert.FromHexString("12078A01041A02010C");

        Assert.True(SparkplugCodec.TryDecode(bytes, out var payload, out var reason), reason);

        var table = Assert.Single(payload.Metrics).Value.DataSet;
        Assert.Equal([SparkplugDataType.Int8, SparkplugDataType.String], table?.Types);
    }

    [Theory]
    [InlineData("08", "a number that is cut off")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "more than 10 bytes")]
    [InlineData("1203", "a length beyond the end")]
    [InlineData("12FFFFFFFF0F", "a length beyond the end")]
    [InlineData("0001", "a field number that does not exist")]
    [InlineData("2B2C", "a group")]
    [InlineData("6D0102", "cut off")]
    [InlineData("2202C328", "not UTF-8")]
    [InlineData("120310FF01AA", "cut off")]
    [InlineData("7B22736571223A317D", "a group")] // {"seq":1}: JSON where Sparkplug B should be.
    public void Decode_BadBytes_SaysWhatAndWhere(string hex, string expected)
    {
        var isDecoded = SparkplugCodec.TryDecode(Convert.FromHexString(hex), out _, out var reason);

        Assert.False(isDecoded);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.Contains($"of {hex.Length / 2} bytes is not Sparkplug B: up to byte", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TemplatesWithinTemplates_StopAtALimit()
    {
        var metric = new SparkplugMetric { Name = "leaf" };
        for (var i = 0; i < 20; i++)
        {
            metric = new SparkplugMetric { Value = SparkplugValue.From(new SparkplugTemplate { Metrics = [metric] }) };
        }

        var bytes = SparkplugCodec.Encode(new SparkplugPayload { Metrics = [metric] });

        Assert.False(SparkplugCodec.TryDecode(bytes, out _, out var reason));
        Assert.Contains("16 levels", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OneOfEverything_IsTheGoldenBytes()
    {
        var bytes = SparkplugCodec.Encode(Payloads.OfEverything);

        Assert.Equal(ApprovedText.Of(Golden, Convert.ToHexString(bytes)), Convert.ToHexString(bytes));
        Assert.True(SparkplugCodec.TryDecode(bytes, out var read, out _));
        Assert.Equal(Payloads.Show(Payloads.OfEverything), Payloads.Show(read));
    }

    [Fact]
    public void PayloadWriter_AMetricBeyondTheLimit_IsLeftOutAndTheRestIsWhole()
    {
        var writer = new SparkplugPayloadWriter();
        writer.Begin(1);
        var added = 0;
        while (writer.TryAdd(new SparkplugMetric { Alias = 1, Value = SparkplugValue.From("text") }, 100))
        {
            added++;
        }

        Assert.True(SparkplugCodec.TryDecode(writer.End(3), out var payload, out var reason), reason);
        Assert.Equal(added, payload.Metrics.Count);
        Assert.Equal(added, writer.Count);
        Assert.Equal(3UL, payload.Sequence);
    }
}
