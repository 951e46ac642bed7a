namespace Meridian.Sdk.South;

/// <summary>What a South can be asked for. An item is served by one of them but <see cref="Setpoints"/> and
/// <see cref="Intake"/>.</summary>
[Flags]
public enum SouthCapabilities
{
    /// <summary>Nothing: no South.</summary>
    None = 0,

    /// <summary>The values of now (<c>IQueriesLastPoint</c>).</summary>
    LastPoint = 1,

    /// <summary>The past (<c>IQueriesHistory</c>).</summary>
    History = 2,

    /// <summary>Files (<c>IQueriesFile</c>).</summary>
    File = 4,

    /// <summary>What its source says by itself (<c>IQueriesSubscription</c>).</summary>
    Subscription = 8,

    /// <summary>Writing to its source (<c>IWritesSetpoints</c>).</summary>
    Setpoints = 16,

    /// <summary>What comes after a position (<c>IQueriesNext</c>).</summary>
    Next = 32,

    /// <summary>What is handed to it (<c>ITakesIntake</c>); needs no items.</summary>
    Intake = 64,
}
