using Meridian.Sdk.Readings;
using Meridian.Transforms.Json;
using Meridian.Transforms.Selecting;

namespace Meridian.Transforms.Tests.Json;

public sealed class ExtractTransformTests
{
    private const string Document = """
        {
          "temp": 21.5, "motor": {"rpm":900,"on":true}, "tags": ["a", "b"],
          "t": "2026-11-21T10:15:00Z", "q": "bad", "n": null
        }
        """;

    [Fact]
    public void Extract_Document_GivesAReadingPerFieldAndTheFirstStandsForThePosition()
    {
        var outcome = Trial.Run(
            Settings(
                ("$.temp", "{point}/temp"), ("$.gone", "x"), ("$.motor", "motor"), ("$.tags[1]", "tag"), ("$.n", "n")),
            Trial.Entry(ReadingValue.FromJson(Document), position: 5, quality: Quality.Uncertain));

        Assert.Equal(
            [
                ("p/temp", ReadingValue.From(21.5)), ("motor", ReadingValue.FromJson("{\"rpm\":900,\"on\":true}")),
                ("tag", ReadingValue.From("b")), ("n", ReadingValue.Null),
            ],
            outcome.Left.Select(left => (left.Point, left.Value)));
        Assert.Equal([false, true, true, true], outcome.Left.Select(left => left.IsDerived));
        Assert.All(outcome.Left, left => Assert.Equal(5, left.Position));
        Assert.All(outcome.Left, left => Assert.Equal(Trial.Noon, left.Reading.Timestamp));
        Assert.All(outcome.Left, left => Assert.Equal(Quality.Uncertain, left.Reading.Quality));
    }

    [Fact]
    public void Extract_WithTimestampAndQuality_TakesTheDocuments()
    {
        var settings = Settings(("$.temp", "temp"));
        settings = settings with { Extract = settings.Extract! with { Timestamp = "$.t", Quality = "$.q" } };

        var reading = Trial.Run(settings, Trial.Entry(ReadingValue.From(Document))).Left.Single().Reading;

        Assert.Equal(new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero), reading.Timestamp);
        Assert.Equal(Quality.Bad, reading.Quality);
    }

    [Theory]
    [InlineData("{\"temp\":")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("warm")]
    public void Extract_NothingFound_KeepsOrDropsTheReading(string text)
    {
        var settings = Settings(("$.temp", "temp"));
        var entry = Trial.Entry(ReadingValue.From(text), position: 3);

        Assert.Equal([entry.Reading], Trial.Run(settings, entry).Left.Select(left => left.Reading));
        var dropping = settings with { Extract = settings.Extract! with { Otherwise = Unextracted.Drop } };
        Assert.Equal([(3L, FilterReason.NotExtracted)], Trial.Run(dropping, entry).Filtered);
    }

    [Fact]
    public void Extract_FirstFieldFilteredBehindIt_TheSecondStandsForThePosition()
    {
        TransformSettings[] chain =
        [
            Settings(("$.temp", "temp"), ("$.motor.rpm", "rpm"), ("$.motor.on", "on")),
            new() { Filter = new FilterSettings { Points = ["temp"], Action = FilterAction.Drop } },
        ];

        var outcome = Trial.Run(chain, Trial.Entry(ReadingValue.FromJson(Document)));

        Assert.Equal([("rpm", false), ("on", true)], outcome.Left.Select(left => (left.Point, left.IsDerived)));
        Assert.Empty(outcome.Filtered);
    }

    [Fact]
    public void Extract_AllFieldsFilteredBehindIt_ThePositionIsFilteredOnce()
    {
        TransformSettings[] chain =
        [
            Settings(("$.temp", "temp"), ("$.motor.rpm", "rpm")),
            new() { Filter = new FilterSettings { Points = ["nothing"] } },
        ];

        var outcome = Trial.Run(chain, Trial.Entry(ReadingValue.FromJson(Document), position: 9));

        Assert.Equal([(9L, FilterReason.Filtered)], outcome.Filtered);
    }

    private static TransformSettings Settings(params (string Path, string Point)[] fields) => new()
    {
        Extract = new ExtractSettings
        {
            Fields = [.. fields.Select(field => new ExtractFieldSettings { Path = field.Path, Point = field.Point })],
        },
    };
}
