using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;

namespace Meridian.Formats.Tests.Payloads;

public sealed class DocumentDecoderTests
{
    [Fact]
    public void Document_WithSeveralReadings_GivesEach()
    {
        var found = Decode(
            new DocumentSpec
            {
                Readings =
                [
                    new DocumentReading { ValuePath = "$.a", TimestampPath = "$.t" },
                    new DocumentReading { ValuePath = "$.b.c", QualityPath = "$.q" },
                ],
                TimestampFormat = TimestampFormat.UnixSeconds,
            },
            """{"a": 1, "b": {"c": "x"}, "t": 1700000000, "q": false}""");

        Assert.Equal(["0 - 1 2023-11-14T22:13:20Z good?", "1 - x - bad"], found);
    }

    [Theory]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":true}]""", "$", "0 a 1 - good?|0 b true - good?")]
    [InlineData("""{"x":{"list":[{"n":"a","v":null}]}}""", "$.x.list", "0 a null - good?")]
    [InlineData("""{"list":[]}""", "$.list", "")]
    [InlineData("""{"list":[{"n":1}],"list":[{"n":7,"v":2}]}""", "$.list", "0 7 2 - good?")]
    public void Elements_OfAnArray_AreReadOneByOne(string document, string each, string expected)
    {
        var spec = new DocumentSpec
        {
            EachPath = each,
            Readings = [new DocumentReading { ValuePath = "@.v", NamePath = "@.n" }],
        };

        Assert.Equal(expected, string.Join('|', Decode(spec, document)));
    }

    [Fact]
    public void Members_OfAnObject_AreNamedByThemselves()
    {
        var spec = new DocumentSpec
        {
            EachPath = "$.values",
            Readings = [new DocumentReading { ValuePath = "@", TimestampPath = "$.t" }],
        };

        var found = Decode(spec, """{"t":"2026-11-22T08:00:00Z","values":{"temp":21.5,"state":"on"}}""");

        Assert.Equal(
            ["0 temp 21.5 2026-11-22T08:00:00Z good?", "0 state on 2026-11-22T08:00:00Z good?"], found);
    }

    [Fact]
    public void Element_ThatIsWrong_IsToldWithItsBytesAndTheOthersAreRead()
    {
        var spec = new DocumentSpec
        {
            EachPath = "$",
            Readings = [new DocumentReading { ValuePath = "@.v" }],
        };

        var found = Decode(spec, """[{"v":1},{"w":2},{"v":3}]""");

        Assert.Equal(3, found.Count);
        Assert.StartsWith("""failed {"w":2} The value was expected""", found[1], StringComparison.Ordinal);
        Assert.Equal("0 - 3 - good?", found[2]);
    }

    [Fact]
    public void Value_ThatIsOptionalAndMissing_IsNoReading()
    {
        var spec = new DocumentSpec
        {
            Readings =
            [
                new DocumentReading { ValuePath = "$.a", IsOptional = true },
                new DocumentReading { ValuePath = "$.b", IsOptional = true },
            ],
        };

        Assert.Equal(["1 - 2 - good?"], Decode(spec, """{"b":2}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1,2")]
    [InlineData("[1,2] 3")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("7")]
    public void Document_ThatIsBroken_FailsAsAWhole(string document)
    {
        var spec = new DocumentSpec { EachPath = "$", Readings = [new DocumentReading { ValuePath = "@" }] };

        Assert.StartsWith("failed", Assert.Single(Decode(spec, document)), StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_WithEverythingWrong_NamesAllOfIt()
    {
        var isCompiled = DocumentDecoder.TryCompile(
            new DocumentSpec
            {
                Readings =
                [
                    new DocumentReading { ValuePath = "@.v", TimestampPath = "t" },
                    new DocumentReading { ValuePath = "$..v", NamePath = "" },
                ],
            },
            out _,
            out var problems);

        Assert.False(isCompiled);
        Assert.Equal(
            ["readings[0].valuePath", "readings[0].timestampPath", "readings[1].valuePath", "readings[1].namePath"],
            problems.Select(static problem => problem.Path).ToArray());
        Assert.False(DocumentDecoder.TryCompile(new DocumentSpec { Readings = [] }, out _, out problems));
        Assert.Equal("readings", Assert.Single(problems).Path);
    }

    private static List<string> Decode(DocumentSpec spec, string document)
    {
        Assert.True(DocumentDecoder.TryCompile(spec, out var decoder, out var problems), string.Join(' ', problems));
        var bytes = Encoding.UTF8.GetBytes(document);
        var whole = new Found();
        decoder.Decode(new ReadOnlySequence<byte>(bytes), whole);

        // In pieces of one byte the same comes out.
        var pieces = new Found();
        decoder.Decode(Pieces.Of(bytes), pieces);
        Assert.Equal(whole.Lines, pieces.Lines);
        return whole.Lines;
    }

    private sealed class Found : IDocumentReadings
    {
        public List<string> Lines { get; } = [];

        public void OnReading(int index, string? name, in DecodedPayload decoded)
        {
            var quality = decoded.Quality is { } given ? (given.IsBad ? "bad" : "good") : "good?";
            var time = decoded.Timestamp?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "-";
            Lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"{index} {name ?? "-"} {decoded.Value} {time} {quality}"));
        }

        public void OnFailed(in ReadOnlySequence<byte> part, string reason) =>
            Lines.Add($"failed {Encoding.UTF8.GetString(part)} {reason}");
    }
}
