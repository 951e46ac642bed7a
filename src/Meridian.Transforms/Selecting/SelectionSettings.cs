namespace Meridian.Transforms.Selecting;

/// <summary>
/// Which readings are meant: those that fit everything that is set here. What is not set fits every reading.
/// </summary>
public record SelectionSettings
{
    /// <summary>
    /// Patterns for the name of the point, of which one must fit: <c>*</c> stands for any characters, <c>?</c> for one,
    /// everything else for itself. It is the name that the transforms before have left.
    /// </summary>
    /// <value>Empty: every point.</value>
    public IReadOnlyList<string> Points { get; init; } = [];

    /// <summary>The names of the Souths that a reading may come from, without regard to case.</summary>
    /// <value>Empty: every South.</value>
    public IReadOnlyList<string> Souths { get; init; } = [];

    /// <summary>The groups that a reading's item may belong to.</summary>
    /// <value>Empty: every group, and items without one.</value>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The least quality.</summary>
    /// <value>any.</value>
    public LeastQuality Quality { get; init; } = LeastQuality.Any;
}

/// <summary>The least quality that a reading must have.</summary>
public enum LeastQuality
{
    /// <summary>Bad ones too.</summary>
    Any,

    /// <summary>Uncertain or good.</summary>
    Uncertain,

    /// <summary>Good.</summary>
    Good,
}
