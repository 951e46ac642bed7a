namespace Meridian.Transforms.Selecting;

/// <summary>The settings of a filter: which readings it means, and what becomes of them.</summary>
public sealed record FilterSettings : SelectionSettings
{
    /// <summary>What becomes of the readings that are meant; the others have the opposite fate.</summary>
    /// <value>keep.</value>
    public FilterAction Action { get; init; } = FilterAction.Keep;
}

/// <summary>What a filter does with the readings that it means.</summary>
public enum FilterAction
{
    /// <summary>They go on; all others are filtered.</summary>
    Keep,

    /// <summary>They are filtered; all others go on.</summary>
    Drop,
}
