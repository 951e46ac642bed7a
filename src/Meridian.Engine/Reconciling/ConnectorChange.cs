namespace Meridian.Engine.Reconciling;

/// <summary>What a change of the configuration does to one South or North.</summary>
/// <param name="Name">Its name then; where it goes, the one that it had.</param>
/// <param name="Kind">What happens to it.</param>
public sealed record ConnectorChange(string Name, ConnectorChangeKind Kind)
{
    /// <summary>
    /// What differs, by the names in the file, such as <c>settings.port</c> or <c>batch</c>; empty where it comes or
    /// goes.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How many items come; of a South.</summary>
    public int ItemsAdded { get; init; }

    /// <summary>How many items go; of a South.</summary>
    public int ItemsRemoved { get; init; }

    /// <summary>How many items become others; of a South.</summary>
    public int ItemsChanged { get; init; }
}

/// <summary>What a change of the configuration does to a connector.</summary>
public enum ConnectorChangeKind
{
    /// <summary>It starts: it is new, or was not enabled.</summary>
    Starts,

    /// <summary>It is stopped and started again.</summary>
    Restarts,

    /// <summary>It goes on and takes what differs as it runs, without a reconnect.</summary>
    GoesOn,

    /// <summary>It stops and stays in the configuration. A North keeps its place.</summary>
    Stops,

    /// <summary>It stops and is no more in the configuration. Of a North what waits for it is let go.</summary>
    IsRemoved,
}
