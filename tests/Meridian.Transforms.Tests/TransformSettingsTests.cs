using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Json;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests;

public sealed class TransformSettingsTests
{
    public static TheoryData<TransformSettings, string, string> Mistakes => new()
    {
        { new() { Filter = new() }, "filter", "selects nothing" },
        { new() { Filter = new() { Points = ["a", " "] } }, "filter.points[1]", "Entry 1 of 'points' is empty" },
        { new() { Filter = new() { Souths = [""] } }, "filter.souths[0]", "is empty" },
        { new() { Filter = new() { Points = ["a"], Action = (FilterAction)9 } }, "filter.action", "keep, drop" },
        { new() { Filter = new() { Quality = (LeastQuality)9 } }, "filter.quality", "any, uncertain, good" },
        { new() { Rename = new() { To = "" } }, "rename.to", "'to' is empty" },
        { new() { Rename = new() { To = "{topic}" } }, "rename.to", "{topic}, which cannot be filled here" },
        { new() { Rename = new() { To = "{value}" } }, "rename.to", "use {point}, {point[0]}, {south}, {group}." },
        { new() { Rename = new() { To = "{Point}" } }, "rename.to", "{Point}" },
        { new() { Rename = new() { To = "{point[x]}" } }, "rename.to", "{point[-1]} for the last" },
        { new() { Rename = new() { To = "{south[0]}" } }, "rename.to", "only point has parts" },
        { new() { Rename = new() { To = "{point[0}" } }, "rename.to", "only point has parts" },
        { new() { Rename = new() { To = "{point" } }, "rename.to", "never closes it" },
        { new() { Rename = new() { To = "point}" } }, "rename.to", "never opened" },
        { new() { Rename = new() { To = "a", Separator = "" } }, "rename.separator", "'separator' is empty" },
        { new() { Scale = new() { Factor = 0 } }, "scale.factor", "'factor' is 0" },
        { new() { Scale = new() { Factor = double.NaN } }, "scale.factor", "NaN" },
        { new() { Scale = new() { Offset = double.PositiveInfinity } }, "scale.offset", "Infinity" },
        { new() { Convert = new() { To = (ConvertTarget)9 } }, "convert.to", "double, int64, uint64, boolean, string" },
        {
            new() { Convert = new() { To = ConvertTarget.Double, Otherwise = (Unconvertible)9 } }, "convert.otherwise",
            "bad, drop"
        },
        { new() { Deadband = new() }, "deadband", "Neither" },
        { new() { Deadband = new() { Absolute = 1, Percent = 1 } }, "deadband.percent", "Both" },
        { new() { Deadband = new() { Absolute = -1 } }, "deadband.absolute", "'absolute' is -1" },
        { new() { Deadband = new() { Percent = double.NaN } }, "deadband.percent", "NaN" },
        {
            new() { Deadband = new() { Absolute = 1, MaxSilence = TimeSpan.Zero } }, "deadband.maxSilence",
            "'maxSilence' is 0 s; it must be at least 1 ms"
        },
        { new() { RateLimit = new() { Period = TimeSpan.FromSeconds(-1) } }, "rateLimit.period", "'period' is -1 s" },
        { new() { RateLimit = new() { Period = TimeSpan.FromDays(367) } }, "rateLimit.period", "at most 366 d" },
        { new(), "", "says nothing to do; set one of filter, rename," },
        { new() { Scale = new(), When = new() }, "when", "selects nothing" },
        { new() { Scale = new(), Filter = new() { Points = ["*"] } }, "scale", "'filter' and 'scale'" },
    };

    public static TheoryData<TransformSettings, string, string> LongerMistakes => new()
    {
        { Aggregate(new() { Window = TimeSpan.Zero, Kinds = [AggregateKind.Min] }), "aggregate.window", "10 ms" },
        { Aggregate(new() { Window = Minute, Kinds = [] }), "aggregate.kinds", "'kinds' is empty" },
        {
            Aggregate(new() { Window = Minute, Kinds = [AggregateKind.Min, (AggregateKind)9] }), "aggregate.kinds[1]",
            "min, max, mean, timeWeightedMean, last, count"
        },
        {
            Aggregate(new() { Window = Minute, Kinds = [AggregateKind.Min, AggregateKind.Min] }), "aggregate.kinds[1]",
            "names min twice"
        },
        {
            Aggregate(new() { Window = Minute, Kinds = [AggregateKind.Min, AggregateKind.Max], Name = "{point}" }),
            "aggregate.name", "2 aggregates the same name"
        },
        {
            Aggregate(new() { Window = Minute, Kinds = [AggregateKind.Min], Name = "{value}" }), "aggregate.name",
            "use {point}, {point[0]}, {south}, {group}, {aggregate}."
        },
        {
            Aggregate(new() { Window = Minute, Kinds = [AggregateKind.Min], Timestamp = (WindowEdge)9 }),
            "aggregate.timestamp", "start, end"
        },
        { Enrich(), "enrich.constants", "is empty" },
        { Enrich(("", "x")), "enrich.constants", "no name" },
        { Enrich(("value", "x")), "enrich.constants.value", "name under which the value stands" },
        { Extract(), "extract.fields", "is empty" },
        { Extract(("a.b", "x")), "extract.fields[0].path", "a path begins with $" },
        { Extract(("$.a", "x"), ("$.b", "{topic}")), "extract.fields[1].point", "{topic}" },
        { Extract(("$.a", "x"), ("$.b", "x")), "extract.fields[1].point", "an earlier field" },
        {
            new() { Extract = Extract(("$.a", "x")).Extract! with { Timestamp = "t" } }, "extract.timestamp",
            "a path begins with $"
        },
        {
            new() { Extract = Extract(("$.a", "x")).Extract! with { Quality = "$.*" } }, "extract.quality",
            "'*' would name many values"
        },
        { Shape(), "shape.fields", "is empty" },
        { Shape(("a", "{topic}")), "shape.fields.a", "{topic}" },
        { Shape(("a..b", "x")), "shape.fields.a..b", "without characters" },
        { Shape(("a", "x"), ("a.b", "y")), "shape.fields.a.b", "needs 'a' to be an object" },
        { Shape(("a.b", "x"), ("a", "y")), "shape.fields.a", "is there already" },
    };

    private static TimeSpan Minute => TimeSpan.FromMinutes(1);

    [Theory]
    [MemberData(nameof(Mistakes))]
    [MemberData(nameof(LongerMistakes))]
    public void Validate_Mistake_IsFoundWithItsPath(TransformSettings mistake, string path, string words)
    {
        TransformSettings[] transforms = [new() { Scale = new ScaleSettings() }, mistake];

        Assert.False(TransformChain.TryCreate(transforms, out var chain, out var problems));

        var problem = Assert.Single(problems);
        Assert.Null(chain);
        Assert.Equal(path.Length == 0 ? "transforms[1]" : $"transforms[1].{path}", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralMistakes_FindsThemAll()
    {
        TransformSettings[] transforms =
        [
            new() { Filter = new() { Points = ["", ""] }, Scale = new() { Factor = 0 }, When = new() },
            new() { RateLimit = new() { Period = TimeSpan.Zero } },
        ];

        Assert.Equal(
            [
                "transforms[0].scale", "transforms[0].filter.points[0]", "transforms[0].filter.points[1]",
                "transforms[0].scale.factor", "transforms[0].when", "transforms[1].rateLimit.period",
            ],
            TransformSettings.Validate(transforms).Select(problem => problem.Path),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Validate_MoreThanAChainCanHave_NamesTheLimit()
    {
        var transforms = Enumerable.Repeat(new TransformSettings { Scale = new() }, 101).ToArray();

        var problem = Assert.Single(TransformSettings.Validate(transforms));

        Assert.Contains("at most 100", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_AllThatTheLawsUse_IsRight() => Assert.Empty(TransformSettings.Validate(Chains.All));

    private static TransformSettings Aggregate(AggregateSettings settings) => new() { Aggregate = settings };

    private static TransformSettings Enrich(params (string Name, string Text)[] constants) =>
        new() { Enrich = new EnrichSettings { Constants = Trial.Texts(constants) } };

    private static TransformSettings Shape(params (string Name, string Text)[] fields) =>
        new() { Shape = new ShapeSettings { Fields = Trial.Texts(fields) } };

    private static TransformSettings Extract(params (string Path, string Point)[] fields) => new()
    {
        Extract = new ExtractSettings
        {
            Fields = [.. fields.Select(field => new ExtractFieldSettings { Path = field.Path, Point = field.Point })],
        },
    };
}
