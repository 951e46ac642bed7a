namespace Meridian.Sdk.South;

/// <summary>What a South can be asked for. An item is served by one of the first four.</summary>
[Flags]
public enum SouthCapabilities
{
    /// <summary>Nothing: no South.</summary>
    None = 0,

    /// <summary><see cref="IQueriesLastPoint"/>.</summary>
    LastPoint = 1,

    /// <summary><see cref="IQueriesHistory"/>.</summary>
    History = 2,

    /// <summary><see cref="IQueriesFile"/>.</summary>
    File = 4,

    /// <summary><see cref="IQueriesSubscription"/>.</summary>
    Subscription = 8,

    /// <summary><see cref="IWritesSetpoints"/>.</summary>
    Setpoints = 16,
}
