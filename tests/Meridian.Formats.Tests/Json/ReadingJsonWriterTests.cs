using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Json;
using Meridian.Formats.Payloads;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Json;

public sealed class ReadingJsonWriterTests
{
    public static TheoryData<ReadingValue, Quality, string> Objects => new()
    {
        { ReadingValue.From(21.5), default, "21.5,\"quality\":\"good\"" },
        { ReadingValue.From(5.0), default, "5.0,\"quality\":\"good\"" },
        { ReadingValue.From(1e300), default, "1E+300,\"quality\":\"good\"" },
        { ReadingValue.From(double.NegativeInfinity), default, "\"-Infinity\",\"quality\":\"good\"" },
        { ReadingValue.From(5L), Quality.Bad, "5,\"quality\":\"bad\"" },
        { ReadingValue.From(ulong.MaxValue), default, "18446744073709551615,\"quality\":\"good\"" },
        { ReadingValue.From(true), Quality.Uncertain, "true,\"quality\":\"uncertain\"" },
        { ReadingValue.From("°C \"\n"), default, "\"°C \\\"\\n\",\"quality\":\"good\"" },
        { ReadingValue.From([1, 2, 3]), default, "\"AQID\",\"encoding\":\"base64\",\"quality\":\"good\"" },
        { ReadingValue.FromJson("{\"a\":\r\n[1]}"), default, "{\"a\":  [1]},\"quality\":\"good\"" },
        { ReadingValue.FromJson("{oops"), default, "\"{oops\",\"encoding\":\"text\",\"quality\":\"good\"" },
        { ReadingValue.FromJson(""), default, "\"\",\"encoding\":\"text\",\"quality\":\"good\"" },
        { ReadingValue.Null, Quality.BadDecoding, "null,\"quality\":\"bad\",\"status\":2147942400" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Write_Reading_IsOneObject(ReadingValue value, Quality quality, string expected)
    {
        using var writer = new ReadingJsonWriter();
        var output = new ArrayBufferWriter<byte>();

        writer.Write(new Reading("p/é", DateTimeOffset.UnixEpoch, value, quality), output);

        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal($$"""{"point":"p/é","timestamp":"1970-01-01T00:00:00.0000000Z","value":{{expected}}}""", text);
        JsonDocument.Parse(text).Dispose();
    }

    [Fact]
    public void Write_AnyTextAndNumber_IsJsonAndRoundTrips()
    {
        Assert.True(PayloadDecoder.TryCompile(
            new PayloadSpec { Format = PayloadFormat.Json, ValuePath = "$.value", TimestampPath = "$.timestamp" },
            out var decoder,
            out _));
        using var writer = new ReadingJsonWriter();

        Check.QuickThrowOnFailure(Prop.ForAll<string, double, long>((text, number, integer) =>
        {
            // Text that is not Unicode (half a surrogate pair) has no JSON; it becomes the replacement character.
            var clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? string.Empty));
            RoundTrip(ReadingValue.From(clean));
            RoundTrip(ReadingValue.From(integer));
            if (double.IsFinite(number))
            {
                RoundTrip(ReadingValue.From(number));
            }

            var output = new ArrayBufferWriter<byte>();
            writer.Write(new Reading(text ?? "p", default, ReadingValue.From(text)), output);
            JsonDocument.Parse(output.WrittenMemory).Dispose();
        }));

        void RoundTrip(ReadingValue value)
        {
            var output = new ArrayBufferWriter<byte>();
            var time = DateTimeOffset.UnixEpoch.AddTicks(7);
            writer.Write(new Reading("p", time, value), output);
            var payload = new ReadOnlySequence<byte>(output.WrittenMemory);
            Assert.True(decoder.TryDecode(payload, out var back, out var reason), reason);
            Assert.Equal(value, back.Value);
            Assert.Equal(time, back.Timestamp);
        }
    }

    [Fact]
    public void Write_LoneSurrogates_AreReplaced()
    {
        using var writer = new ReadingJsonWriter();
        var output = new ArrayBufferWriter<byte>();

        writer.Write(new Reading("p\ud800", default, ReadingValue.From("\udc00x")), output);

        using var document = JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal("p\uFFFD", document.RootElement.GetProperty("point").GetString());
    }

    [Fact]
    public void Write_Again_AllocatesNothing()
    {
        using var writer = new ReadingJsonWriter();
        var output = new ArrayBufferWriter<byte>(65_536);
        var reading = new Reading("line1/temp", DateTimeOffset.UnixEpoch, ReadingValue.From(21.5));
        writer.Write(reading, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            writer.Write(reading, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
