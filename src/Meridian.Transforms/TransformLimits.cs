namespace Meridian.Transforms;

/// <summary>Limits of transforms: nothing that they remember grows for ever.</summary>
internal static class TransformLimits
{
    /// <summary>The most transforms in one chain.</summary>
    public const int MaxTransforms = 100;

    /// <summary>
    /// The most points that one transform remembers. Beyond it the point not heard of for longest is forgotten: with a
    /// deadband or a rate limit its next reading goes out, and its open window is closed.
    /// </summary>
    public const int MaxPoints = 100_000;

    /// <summary>The most names that one template remembers; a forgotten one is made again.</summary>
    public const int MaxRememberedNames = 131_072;

    /// <summary>The longest name of a point, in UTF-8.</summary>
    public const int MaxPointBytes = 65_535;
}
