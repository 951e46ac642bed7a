using Meridian.Sdk.Settings;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Json;
using Meridian.Transforms.Naming;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Thinning;
using Meridian.Transforms.Values;

namespace Meridian.Transforms;

/// <summary>One kind that a transform's settings set. The only list of all kinds.</summary>
/// <param name="Word">Its name in the file.</param>
/// <param name="Problems">What is wrong with its settings; found when asked for.</param>
/// <param name="Create">Makes it, of settings without problems.</param>
internal sealed record TransformKind(string Word, IEnumerable<SettingsProblem> Problems, Func<ITransform> Create)
{
    /// <summary>The words of all kinds.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "filter", "rename", "scale", "convert", "deadband", "rateLimit", "aggregate", "enrich", "extract", "shape",
    ];

    /// <summary>The kinds that are set; one, when the settings are right.</summary>
    public static IReadOnlyList<TransformKind> Of(TransformSettings settings)
    {
        TransformKind?[] kinds =
        [
            settings.Filter is not { } filter ? null
                : new("filter", FilterTransform.Check(filter), () => new FilterTransform(filter)),
            settings.Rename is not { } rename ? null
                : new("rename", RenameTransform.Check(rename), () => new RenameTransform(rename)),
            settings.Scale is not { } scale ? null
                : new("scale", ScaleTransform.Check(scale), () => new ScaleTransform(scale)),
            settings.Convert is not { } convert ? null
                : new("convert", ConvertTransform.Check(convert), () => new ConvertTransform(convert)),
            settings.Deadband is not { } deadband ? null
                : new("deadband", DeadbandTransform.Check(deadband), () => new DeadbandTransform(deadband)),
            settings.RateLimit is not { } rateLimit ? null
                : new("rateLimit", RateLimitTransform.Check(rateLimit), () => new RateLimitTransform(rateLimit)),
            settings.Aggregate is not { } aggregate ? null
                : new("aggregate", AggregateTransform.Check(aggregate), () => new AggregateTransform(aggregate)),
            settings.Enrich is not { } enrich ? null
                : new("enrich", EnrichTransform.Check(enrich), () => new EnrichTransform(enrich)),
            settings.Extract is not { } extract ? null
                : new("extract", ExtractTransform.Check(extract), () => new ExtractTransform(extract)),
            settings.Shape is not { } shape ? null
                : new("shape", ShapeTransform.Check(shape), () => new ShapeTransform(shape)),
        ];
        return [.. kinds.OfType<TransformKind>()];
    }
}
