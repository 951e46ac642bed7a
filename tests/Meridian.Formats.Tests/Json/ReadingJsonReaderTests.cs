using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Json;

public sealed class ReadingJsonReaderTests
{
    private static readonly ReadingValue[] Values =
    [
        default, ReadingValue.From(true), ReadingValue.From(5.0), ReadingValue.From(-1.25e300), ReadingValue.From(5L),
        ReadingValue.From(long.MinValue), ReadingValue.From(ulong.MaxValue), ReadingValue.From("Größe 𝛼\n"),
        ReadingValue.From(Array.Empty<byte>()), ReadingValue.From([1, 2, 255]), ReadingValue.FromJson("""{"a":[1]}"""),
        ReadingValue.FromJson("no JSON"),
    ];

    [Fact]
    public void Reading_WrittenAndRead_IsTheSame()
    {
        using var writer = new ReadingJsonWriter();
        var any = from value in Gen.Elements(Values)
                  from status in Gen.Elements(0u, 0x4000_0000u, 0x8000_0000u, 0x8007_0000u, 0x0096_0000u)
                  from seconds in Gen.Choose(0, int.MaxValue)
                  select new Reading("p/q", DateTimeOffset.UnixEpoch.AddSeconds(seconds), value, new Quality(status));
        Prop.ForAll(any.ToArbitrary(), reading =>
        {
            var output = new ArrayBufferWriter<byte>();
            writer.Write(reading, output);
            return ReadingJsonReader.Read(output.WrittenMemory) == reading;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("[]", "It is not an object")]
    [InlineData("{", "It is not JSON")]
    [InlineData("""{"timestamp":"2026-01-01","value":1}""", "It has no 'point'")]
    [InlineData("""{"point":"p","timestamp":"soon","value":1}""", "Its 'timestamp' is 'soon'")]
    [InlineData("""{"point":"p","timestamp":"2026-01-01"}""", "It has no 'value'")]
    [InlineData("""{"point":"p","timestamp":"2026-01-01","value":"?","encoding":"base64"}""", "is not base64")]
    [InlineData("""{"point":"p","timestamp":"2026-01-01","value":1,"quality":"fine"}""", "Its 'quality' is 'fine'")]
    public void Reading_ThatIsNone_IsRefusedInWords(string json, string words)
    {
        var refused = Assert.Throws<FormatException>(() => ReadingJsonReader.Read(Encoding.UTF8.GetBytes(json)));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_WithoutOffsetAndQuality_IsInUtcAndGood() => Assert.Equal(
        new Reading("p", new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), ReadingValue.From(1.5)),
        ReadingJsonReader.Read("""{"point":"p","timestamp":"2026-01-01T12:00:00","value":1.5}"""u8.ToArray()));
}
