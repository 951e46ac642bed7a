using Meridian.Engine.Accounts;
using Meridian.Engine.Norths;
using Meridian.Engine.Replays;
using Meridian.Engine.Souths;
using Meridian.Engine.Supervision;
using Meridian.Journal;

namespace Meridian.Engine;

/// <summary>Everything at a glance, at one moment.</summary>
/// <param name="Account">The gateway's account.</param>
/// <param name="Journal">The journal: bytes, segments, fullness and who blocks.</param>
/// <param name="Souths">The Souths, as configured.</param>
/// <param name="Norths">The Norths, as configured.</param>
public sealed record EngineStatus(
    GatewayAccount Account,
    JournalStatus Journal,
    IReadOnlyList<SouthStatus> Souths,
    IReadOnlyList<NorthStatus> Norths);

/// <summary>One South at a glance.</summary>
/// <param name="Connector">Its state.</param>
/// <param name="Counters">What it has brought since the gateway started.</param>
/// <param name="ItemProblems">The items that are not well, with the reason in words.</param>
/// <param name="Account">What it has brought since ever, by group.</param>
public sealed record SouthStatus(
    ConnectorStatus Connector,
    SouthCounters Counters,
    IReadOnlyDictionary<string, string> ItemProblems,
    SouthAccount Account);

/// <summary>One North at a glance.</summary>
/// <param name="Connector">Its state.</param>
/// <param name="Account">Its account.</param>
/// <param name="Counters">What its watch has counted since the gateway started.</param>
public sealed record NorthStatus(ConnectorStatus Connector, NorthAccount Account, NorthCounters Counters)
{
    /// <summary>What its replays have come to since ever; in no account.</summary>
    public required ReplayCounts Replayed { get; init; }
}
