namespace Meridian.Transforms.Values;

/// <summary>
/// The settings of a scaling: value × factor + offset, as a number with a fraction. A reading carries no unit; to say
/// the unit of the result, put it into the name (rename) or into a JSON value (enrich).
/// </summary>
public sealed record ScaleSettings
{
    /// <summary>What numbers are multiplied with; not 0.</summary>
    /// <value>1.</value>
    public double Factor { get; init; } = 1;

    /// <summary>What is added to the product, in the unit of the result.</summary>
    /// <value>0.</value>
    public double Offset { get; init; }
}
