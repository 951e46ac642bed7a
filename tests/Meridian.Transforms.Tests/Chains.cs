using FsCheck;
using FsCheck.Fluent;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Json;
using Meridian.Transforms.Naming;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Thinning;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests;

/// <summary>Any chains, of every kind of transform.</summary>
internal static class Chains
{
    public static readonly TransformSettings[] All =
    [
        new() { Filter = new FilterSettings { Points = ["line?/*"] } },
        new() { Filter = new FilterSettings { Quality = LeastQuality.Uncertain, Souths = ["S2"] } },
        new() { Filter = new FilterSettings { Groups = ["fast"], Action = FilterAction.Drop } },
        new() { Rename = new RenameSettings { To = "{south}.{point[-1]}" } },
        new()
        {
            Rename = new RenameSettings { To = "{group}{point[2]}" },
            When = new SelectionSettings { Points = ["x"] },
        },
        new() { Scale = new ScaleSettings { Factor = -0.5, Offset = 3 } },
        new() { Convert = new ConvertSettings { To = ConvertTarget.Double } },
        new() { Convert = new ConvertSettings { To = ConvertTarget.Int64, Otherwise = Unconvertible.Drop } },
        new() { Convert = new ConvertSettings { To = ConvertTarget.String } },
        new() { Deadband = new DeadbandSettings { Absolute = 2, MaxSilence = TimeSpan.FromSeconds(10) } },
        new() { Deadband = new DeadbandSettings { Percent = 10 } },
        new() { RateLimit = new RateLimitSettings { Period = TimeSpan.FromSeconds(2) } },
        new()
        {
            Aggregate = new AggregateSettings
            {
                Window = TimeSpan.FromSeconds(5), Kinds = Enum.GetValues<AggregateKind>(),
            },
        },
        new()
        {
            Aggregate = new AggregateSettings
            {
                Window = TimeSpan.FromSeconds(2),
                Kinds = [AggregateKind.Count],
                Name = "{point}",
                Timestamp = WindowEdge.End,
            },
            When = new SelectionSettings { Points = ["*/temp"] },
        },
        new() { Enrich = new EnrichSettings { Constants = Trial.Texts(("a", "°C")) } },
        new()
        {
            Extract = new ExtractSettings
            {
                Fields =
                [
                    new ExtractFieldSettings { Path = "$.a", Point = "{point}/a" },
                    new ExtractFieldSettings { Path = "$.b.c", Point = "{point}/c" },
                ],
            },
        },
        new()
        {
            Extract = new ExtractSettings
            {
                Fields = [new ExtractFieldSettings { Path = "$[1]", Point = "second" }],
                Otherwise = Unextracted.Drop,
            },
            When = new SelectionSettings { Souths = ["s2"] },
        },
        new() { Shape = new ShapeSettings { Fields = Trial.Texts(("a", "{value}"), ("b.c", "{group}")) } },
    ];

    /// <summary>Chains of up to four transforms.</summary>
    public static Gen<TransformSettings[]> Any() =>
        Gen.Elements(All).ArrayOf().Select(drawn => drawn.Take(4).ToArray());
}
