namespace Meridian.Testing.Contract;

/// <summary>One of the connector's calls, as the checks use it that cancel and cut.</summary>
/// <param name="Name">Its name, such as "connect".</param>
/// <param name="Clause">What it shall do.</param>
/// <param name="Before">How far the instance is brought before.</param>
/// <param name="Act">Calls it.</param>
internal sealed record ContractCall(
    string Name, Clause Clause, LifeStage Before, Func<Life, CancellationToken, Task> Act)
{
    /// <summary>Whether a peer that dies meanwhile is its business.</summary>
    public bool NeedsPeer { get; init; }

    /// <summary>Whether it runs on a throw-away instance.</summary>
    public bool IsTest { get; init; }
}

/// <summary>How far an instance is.</summary>
internal enum LifeStage
{
    /// <summary>Just made.</summary>
    Made,

    /// <summary>Started.</summary>
    Started,

    /// <summary>Connected.</summary>
    Connected,

    /// <summary>Connected, and data has flowed.</summary>
    Serving,

    /// <summary>Disconnected after all that.</summary>
    Disconnected,
}
