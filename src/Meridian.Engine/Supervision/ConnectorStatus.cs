namespace Meridian.Engine.Supervision;

/// <summary>How one connector fares, at one moment.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it is not running, in words; null when there is nothing to say.</param>
/// <param name="Since">When it came into this state, UTC.</param>
/// <param name="NextTry">When it tries again, UTC; null when it does not wait for that.</param>
/// <param name="RestartCount">How many times it was made anew after a crash, since the gateway started.</param>
public sealed record ConnectorStatus(
    string Name, ConnectorState State, string? Reason, DateTimeOffset Since, DateTimeOffset? NextTry, int RestartCount);
