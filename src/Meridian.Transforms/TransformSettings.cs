using Meridian.Sdk.Settings;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Json;
using Meridian.Transforms.Naming;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Thinning;
using Meridian.Transforms.Values;

namespace Meridian.Transforms;

/// <summary>
/// One transform of a North: exactly one of its kinds is set, and <see cref="When"/> says which readings it is for. In
/// the file an object of a list: <c>{ "scale": { "factor": 0.1 }, "when": { "points": ["*/temperature"] } }</c>.
/// </summary>
public sealed record TransformSettings
{
    /// <summary>The readings that the transform is for; all others go by unchanged.</summary>
    /// <value>Not set: every reading.</value>
    public SelectionSettings? When { get; init; }

    /// <summary>Takes out readings by point, South, group and quality.</summary>
    public FilterSettings? Filter { get; init; }

    /// <summary>Gives points new names.</summary>
    public RenameSettings? Rename { get; init; }

    /// <summary>Multiplies numbers and adds an offset.</summary>
    public ScaleSettings? Scale { get; init; }

    /// <summary>Gives values a type.</summary>
    public ConvertSettings? Convert { get; init; }

    /// <summary>Takes out readings that differ too little from the last that went out.</summary>
    public DeadbandSettings? Deadband { get; init; }

    /// <summary>Lets at most one reading per period and point go out.</summary>
    public RateLimitSettings? RateLimit { get; init; }

    /// <summary>Makes minima, means and others of windows of time.</summary>
    public AggregateSettings? Aggregate { get; init; }

    /// <summary>Puts constants beside values.</summary>
    public EnrichSettings? Enrich { get; init; }

    /// <summary>Makes several readings of one that holds JSON.</summary>
    public ExtractSettings? Extract { get; init; }

    /// <summary>Makes a JSON value out of what a reading has.</summary>
    public ShapeSettings? Shape { get; init; }

    /// <summary>Finds everything that is wrong with a North's list of transforms.</summary>
    /// <param name="transforms">The list, in the order in which data run through it.</param>
    /// <returns>
    /// The problems, with paths that begin with <c>transforms[n].</c>; none when a chain can be built of the list.
    /// </returns>
    public static IEnumerable<SettingsProblem> Validate(IReadOnlyList<TransformSettings> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return TransformCheck.Find(transforms);
    }
}
