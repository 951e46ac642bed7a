using Meridian.Engine.Replays;

namespace Meridian.Gateway.Control;

/// <summary>A replay at a glance. Positions are those of the journal.</summary>
internal sealed record ReplayBody(
    string Id,
    string North,
    long From,
    long To,
    long Position,
    bool IsCut,
    DateTimeOffset Begun,
    ReplayState State,
    string? Reason,
    ReplayCounts Counts)
{
    public static ReplayBody Of(ReplayStatus status) => new(
        status.Id,
        status.North,
        status.From.Value,
        status.To.Value,
        status.Position.Value,
        status.IsCut,
        status.Begun,
        status.State,
        status.Reason,
        status.Counts);
}
