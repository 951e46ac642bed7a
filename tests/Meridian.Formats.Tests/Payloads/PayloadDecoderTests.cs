using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Payloads;

public sealed class PayloadDecoderTests
{
    [Theory]
    [InlineData("42", ReadingValueKind.Int64, "42")]
    [InlineData(" \r\n-7\t", ReadingValueKind.Int64, "-7")]
    [InlineData("+5", ReadingValueKind.Int64, "5")]
    [InlineData("18446744073709551615", ReadingValueKind.UInt64, "18446744073709551615")]
    [InlineData("18446744073709551616", ReadingValueKind.Double, "1.8446744073709552E+19")]
    [InlineData("21.50", ReadingValueKind.Double, "21.5")]
    [InlineData("1e3", ReadingValueKind.Double, "1000")]
    [InlineData("NaN", ReadingValueKind.Double, "NaN")]
    [InlineData("-Infinity", ReadingValueKind.Double, "-Infinity")]
    public void Number_Valid_KeepsItsType(string payload, ReadingValueKind kind, string text)
    {
        var decoded = Decode(new PayloadSpec(), payload);

        Assert.Equal(kind, decoded.Value.Kind);
        Assert.Equal(text, decoded.Value.ToString());
        Assert.Null(decoded.Timestamp);
        Assert.Null(decoded.Quality);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("1e999")]
    [InlineData("twelve\u0007")]
    public void Number_Invalid_GivesAReason(string payload)
    {
        var reason = Refuse(new PayloadSpec(), payload);

        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0007", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Number_OfAnotherCulture_IsNotRead()
    {
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = ".";
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.Equal(1.5, Decode(new PayloadSpec(), "1.5").Value.AsDouble());
            Refuse(new PayloadSpec(), "1,5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Text_NotUtf8_GivesAReason()
    {
        var decoder = Compile(new PayloadSpec { Format = PayloadFormat.Text });

        Assert.False(decoder.TryDecode(new ReadOnlySequence<byte>([0x41, 0xFF]), out _, out var reason));
        Assert.Contains("not UTF-8", reason, StringComparison.Ordinal);
        Assert.Equal("21 °C", Decode(new PayloadSpec { Format = PayloadFormat.Text }, "21 °C").Value.AsString());
    }

    [Fact]
    public void Bytes_Anything_AreKept()
    {
        var decoder = Compile(new PayloadSpec { Format = PayloadFormat.Bytes });

        Assert.True(decoder.TryDecode(new ReadOnlySequence<byte>([0, 0xFF]), out var decoded, out _));
        Assert.Equal([0, 0xFF], decoded.Value.AsBytes().ToArray());
    }

    [Theory]
    [InlineData("$", "12", ReadingValueKind.Int64, "12")]
    [InlineData("$", "12.0", ReadingValueKind.Double, "12")]
    [InlineData("$", "\"a\\u00b0\"", ReadingValueKind.String, "a°")]
    [InlineData("$", "null", ReadingValueKind.Null, "null")]
    [InlineData("$", " {\"a\" : [1, 2]} ", ReadingValueKind.Json, "{\"a\" : [1, 2]}")]
    [InlineData("$.a.b", "{\"x\":{\"b\":9},\"a\":{\"c\":[{}],\"b\":true}}", ReadingValueKind.Boolean, "true")]
    [InlineData("$['a b']", "{\"a b\":1}", ReadingValueKind.Int64, "1")]
    [InlineData("$[\"it's\"]", "{\"it's\":1}", ReadingValueKind.Int64, "1")]
    [InlineData("$.a[1]", "{\"a\":[7,{\"b\":8}]}", ReadingValueKind.Json, "{\"b\":8}")]
    [InlineData("$[0][1].v", "[[0,{\"v\":3}]]", ReadingValueKind.Int64, "3")]
    [InlineData("$.a", "{\"a\":1,\"a\":2}", ReadingValueKind.Int64, "2")]
    public void Json_Path_FindsTheValue(string path, string payload, ReadingValueKind kind, string text)
    {
        var decoded = Decode(new PayloadSpec { Format = PayloadFormat.Json, ValuePath = path }, payload);

        Assert.Equal(kind, decoded.Value.Kind);
        Assert.Equal(text, decoded.Value.ToString());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{\"v\":1", "not JSON")]
    [InlineData("{\"v\":1}x", "not JSON")]
    [InlineData("{\"v\":\"\\ud800\"}", "not Unicode")]
    [InlineData("{\"w\":1}", "nothing was found there")]
    [InlineData("[1]", "nothing was found there")]
    [InlineData("{\"v\":1e999}", "range of a double")]
    public void Json_Invalid_GivesAReason(string payload, string words) =>
        Assert.Contains(
            words,
            Refuse(new PayloadSpec { Format = PayloadFormat.Json, ValuePath = "$.v" }, payload),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("\"2026-11-21T10:15:00.1234567Z\"", TimestampFormat.Iso, 1234567)]
    [InlineData("\"2026-11-21 10:15:00,123456789\"", TimestampFormat.Iso, 1234567)]
    [InlineData("\"2026-11-21T11:45+01:30\"", TimestampFormat.Iso, 0)]
    [InlineData("\"2026-11-21T05:15:00-0500\"", TimestampFormat.Iso, 0)]
    [InlineData("1795256100.1234567", TimestampFormat.UnixSeconds, 1234567)]
    [InlineData("1795256100123.4567", TimestampFormat.UnixMilliseconds, 1234567)]
    [InlineData("1795256100123456", TimestampFormat.UnixMicroseconds, 1234560)]
    [InlineData("1795256100123456799", TimestampFormat.UnixNanoseconds, 1234567)]
    [InlineData("\"1795256100\"", TimestampFormat.UnixSeconds, 0)]
    public void Json_Timestamp_IsReadToATick(string timestamp, TimestampFormat format, long ticks)
    {
        var spec = new PayloadSpec
        {
            Format = PayloadFormat.Json,
            ValuePath = "$.v",
            TimestampPath = "$.t",
            TimestampFormat = format,
        };

        var decoded = Decode(spec, $$"""{"t":{{timestamp}},"v":1}""");

        Assert.Equal(new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero).AddTicks(ticks), decoded.Timestamp);
    }

    [Theory]
    [InlineData("""{"v":1}""", TimestampFormat.Iso, "nothing was found")]
    [InlineData("""{"v":1,"t":null}""", TimestampFormat.Iso, "null was found at $.t")]
    [InlineData("""{"v":1,"t":5}""", TimestampFormat.Iso, "The number 5 was found at $.t")]
    [InlineData("""{"v":1,"t":{"a":5}}""", TimestampFormat.Iso, "An object was found at $.t")]
    [InlineData("""{"v":1,"t":"2026-02-30T00:00:00Z"}""", TimestampFormat.Iso, "2026-02-30")]
    [InlineData("""{"v":1,"t":"2026-02-03T25:00:00Z"}""", TimestampFormat.Iso, "ISO 8601")]
    [InlineData("""{"v":1,"t":"0001-01-01T00:00:00+01:00"}""", TimestampFormat.Iso, "ISO 8601")]
    [InlineData("""{"v":1,"t":1e20}""", TimestampFormat.UnixSeconds, "seconds since 1970")]
    [InlineData("""{"v":1,"t":-1e28}""", TimestampFormat.UnixSeconds, "seconds since 1970")]
    [InlineData("""{"v":1,"t":true}""", TimestampFormat.UnixSeconds, "true was found")]
    public void Json_TimestampInvalid_GivesAReason(string payload, TimestampFormat format, string words)
    {
        var spec = new PayloadSpec
        {
            Format = PayloadFormat.Json,
            ValuePath = "$.v",
            TimestampPath = "$.t",
            TimestampFormat = format,
        };

        Assert.Contains(words, Refuse(spec, payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Good\"", 0u)]
    [InlineData("\"UNCERTAIN\"", 0x40000000u)]
    [InlineData("\"bad\"", 0x80000000u)]
    [InlineData("2147942400", 0x80070000u)]
    [InlineData("true", 0u)]
    [InlineData("false", 0x80000000u)]
    public void Json_Quality_IsUnderstood(string quality, uint status)
    {
        var spec = new PayloadSpec { Format = PayloadFormat.Json, ValuePath = "$", QualityPath = "$.q" };

        var decoded = Decode(spec, $$"""{"q":{{quality}},"v":1}""");

        Assert.Equal(new Quality(status), decoded.Quality);
        Assert.Equal(ReadingValueKind.Json, decoded.Value.Kind);
    }

    [Theory]
    [InlineData("{\"v\":1}", null)]
    [InlineData("{\"v\":1,\"q\":null}", null)]
    [InlineData("{\"v\":1,\"q\":\"so so\"}", "so so")]
    [InlineData("{\"v\":1,\"q\":-1}", "-1")]
    public void Json_QualityMissingOrOdd_IsLeftOutOrRefused(string payload, string? words)
    {
        var spec = new PayloadSpec { Format = PayloadFormat.Json, ValuePath = "$.v", QualityPath = "$.q" };

        if (words is null)
        {
            Assert.Null(Decode(spec, payload).Quality);
        }
        else
        {
            Assert.Contains(words, Refuse(spec, payload), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("$a")]
    [InlineData("$..a")]
    [InlineData("$.")]
    [InlineData("$.*")]
    [InlineData("$[*]")]
    [InlineData("$[-1]")]
    [InlineData("$[1")]
    [InlineData("$[")]
    [InlineData("$['a]")]
    [InlineData("$['a'")]
    [InlineData("$['a\\")]
    [InlineData("$.a?")]
    public void Compile_PathInvalid_IsReportedInWords(string path)
    {
        var spec = new PayloadSpec { Format = PayloadFormat.Json, ValuePath = path, QualityPath = path };

        Assert.False(PayloadDecoder.TryCompile(spec, out _, out var problems));

        Assert.Equal("valuePath qualityPath", string.Join(' ', problems.Select(problem => problem.Path)));
        Assert.All(problems, problem => Assert.Contains($"'{path}'", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_PathsWithoutJson_AreReported()
    {
        Assert.False(PayloadDecoder.TryCompile(new PayloadSpec { TimestampPath = "$.t" }, out _, out var problems));

        Assert.Equal("timestampPath", Assert.Single(problems).Path);
    }

    [Fact]
    public void Decode_Numbers_AllocateNothing()
    {
        var number = Compile(new PayloadSpec());
        var json = Compile(new PayloadSpec
        {
            Format = PayloadFormat.Json,
            ValuePath = "$.v",
            TimestampPath = "$.t",
            QualityPath = "$.q",
        });
        var one = new ReadOnlySequence<byte>("21.5"u8.ToArray());
        var two = new ReadOnlySequence<byte>("""{"v":21.5,"t":"2026-11-21T10:15:00Z","q":"good"}"""u8.ToArray());
        Assert.True(number.TryDecode(one, out _, out _) && json.TryDecode(two, out _, out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            number.TryDecode(one, out _, out _);
            json.TryDecode(two, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static PayloadDecoder Compile(PayloadSpec spec)
    {
        Assert.True(PayloadDecoder.TryCompile(spec, out var decoder, out var problems), string.Join(' ', problems));
        return decoder;
    }

    /// <summary>Decodes in one piece and byte by byte, which must say the same.</summary>
    private static DecodedPayload Decode(PayloadSpec spec, string payload)
    {
        var decoder = Compile(spec);
        var bytes = Encoding.UTF8.GetBytes(payload);
        Assert.True(decoder.TryDecode(new ReadOnlySequence<byte>(bytes), out var whole, out var reason), reason);
        Assert.True(decoder.TryDecode(Pieces.Of(bytes), out var pieces, out reason), reason);
        Assert.Equal(whole, pieces);
        return whole;
    }

    private static string Refuse(PayloadSpec spec, string payload)
    {
        var decoder = Compile(spec);
        var bytes = Encoding.UTF8.GetBytes(payload);
        Assert.False(decoder.TryDecode(new ReadOnlySequence<byte>(bytes), out _, out var reason));
        Assert.False(decoder.TryDecode(Pieces.Of(bytes), out _, out _));
        return reason;
    }
}
