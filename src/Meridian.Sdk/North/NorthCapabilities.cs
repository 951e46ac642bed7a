namespace Meridian.Sdk.North;

/// <summary>What a North takes.</summary>
[Flags]
public enum NorthCapabilities
{
    /// <summary>Nothing: no North.</summary>
    None = 0,

    /// <summary><see cref="IHandlesValues"/>.</summary>
    Values = 1,

    /// <summary><see cref="IHandlesFile"/>.</summary>
    File = 2,

    /// <summary><see cref="IKeepsOwnCursor"/>.</summary>
    OwnCursor = 4,
}
