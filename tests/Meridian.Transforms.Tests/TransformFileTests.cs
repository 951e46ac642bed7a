using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.References;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests;

/// <summary>A list of transforms as the file has it, read by the binder of the configuration.</summary>
public sealed class TransformFileTests
{
    [Fact]
    public void File_EveryKindOfTransform_IsBound()
    {
        var result = Read("""
            { "filter": { "points": ["a/*"], "souths": ["plc"], "groups": ["g"], "action": "drop" } },
            { "filter": { "quality": "good" } },
            { "rename": { "to": "{south}/{point[-1]}", "separator": "." } },
            { "scale": { "factor": 0.1, "offset": -40 }, "when": { "points": ["*/temp"] } },
            { "convert": { "to": "uint64", "otherwise": "drop" } },
            { "deadband": { "percent": 2.5, "maxSilence": "10 min" } },
            { "rateLimit": { "period": "500 ms" } },
            { "aggregate": { "window": "1 min", "kinds": ["min", "timeWeightedMean"], "timestamp": "end" } },
            { "enrich": { "constants": { "site": "Lyon" } } },
            { "extract": { "fields": [{ "path": "$.a", "point": "{point}/a" }], "timestampFormat": "unixSeconds" } },
            { "shape": { "fields": { "meta.site": "Lyon", "v": "{value}" } } }
            """);

        Assert.True(result.Config is not null, string.Join('\n', result.Problems.Select(one => one.ToString())));
        var transforms = ((TransformHolder)result.Config.Norths[0].Settings).Transforms;
        Assert.Empty(TransformSettings.Validate(transforms));
        Assert.Equal(FilterAction.Drop, transforms[0].Filter!.Action);
        Assert.Equal(LeastQuality.Good, transforms[1].Filter!.Quality);
        Assert.Equal(new ScaleSettings { Factor = 0.1, Offset = -40 }, transforms[3].Scale);
        Assert.Equal(["*/temp"], transforms[3].When!.Points);
        Assert.Equal(TimeSpan.FromMinutes(10), transforms[5].Deadband!.MaxSilence);
        Assert.Equal([AggregateKind.Min, AggregateKind.TimeWeightedMean], transforms[7].Aggregate!.Kinds);
        Assert.Equal(["meta.site", "v"], transforms[10].Shape!.Fields.Keys, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{ "rateLimit": { "period": "0 s" } }""", "norths[0].settings.transforms[0].rateLimit.period")]
    [InlineData("""{ "rateLimit": { } }""", "norths[0].settings.transforms[0].rateLimit.period")]
    [InlineData("""{ "aggregate": { "window": "1 s", "kinds": ["median"] } }""",
        "norths[0].settings.transforms[0].aggregate.kinds[0]")]
    [InlineData("""{ "deadband": { "absolute": -1 } }""", "norths[0].settings.transforms[0].deadband.absolute")]
    [InlineData("""{ "rename": { "to": "" } }""", "norths[0].settings.transforms[0].rename.to")]
    [InlineData("""{ "squeeze": { } }""", "norths[0].settings.transforms[0].squeeze")]
    [InlineData("""{ "rename": { "to": "{topic}" } }""", "norths[0].settings.transforms[0].rename.to")]
    [InlineData("""{ "shape": { "fields": { "a.b": "{" } } }""", "norths[0].settings.transforms[0].shape.fields.a.b")]
    public void File_Mistake_IsFoundOnceWithItsPath(string transform, string path)
    {
        var result = Read(transform);

        Assert.Equal([path], result.Problems.Select(problem => problem.Path), StringComparer.Ordinal);
    }

    private static ConfigurationResult Read(string transforms)
    {
        var manifest = new NorthManifest
        {
            Id = "null",
            Name = "Null",
            Description = "Takes everything.",
            Category = ConnectorCategory.Tool,
            ConnectorType = typeof(IHandlesValues),
            Guarantee = DeliveryGuarantee.AtLeastOnce,
            SettingsType = typeof(TransformHolder),
            Create = (_, _) => throw new InvalidOperationException("Nobody runs it."),
            Check = settings => TransformSettings.Validate(((TransformHolder)settings).Transforms)
                .Select(problem => problem with { Path = $"settings.{problem.Path}" }),
        };
        var file = $$"""
            {
              "gateway": { "name": "g" },
              "norths": [{ "name": "n", "type": "null", "settings": { "transforms": [{{transforms}}] } }]
            }
            """;
        return ConfigurationReader.Read(
            Encoding.UTF8.GetBytes(file), new ConnectorCatalog([], [manifest]), new MachineEnvironment("/"));
    }
}

/// <summary>Settings with a list of transforms, as a North will have it.</summary>
public sealed record TransformHolder
{
    public IReadOnlyList<TransformSettings> Transforms { get; init; } = [];
}
