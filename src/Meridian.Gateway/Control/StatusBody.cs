using Meridian.Engine;
using Meridian.Engine.Replays;
using Meridian.Engine.Supervision;

namespace Meridian.Gateway.Control;

/// <summary>A gateway at a glance.</summary>
internal sealed record StatusBody(
    string Journal,
    long JournalBytes,
    long JournalMaxBytes,
    string? JournalFault,
    string? BlockedBy,
    AccountBody Account,
    bool IsBalanced,
    IReadOnlyList<SouthBody> Souths,
    IReadOnlyList<NorthBody> Norths)
{
    public static StatusBody Of(MeridianEngine engine)
    {
        var status = engine.GetStatus();
        var account = status.Account;
        return new StatusBody(
            engine.JournalId.ToString(),
            status.Journal.Bytes,
            status.Journal.MaxBytes,
            status.Journal.Fault,
            status.Journal is { IsFull: true } or { IsHolding: true } ? status.Journal.BlockingCursor : null,
            new AccountBody(
                account.Received,
                account.Delivered,
                account.Waiting,
                account.Quarantined,
                account.Dropped,
                account.Filtered),
            account.IsBalanced,
            [.. status.Souths.Select(SouthBody.Of)],
            [.. status.Norths.Select(NorthBody.Of)]);
    }
}

/// <summary>
/// received = delivered + waiting + quarantined + dropped + filtered; for a North, received is routed.
/// </summary>
internal sealed record AccountBody(
    long Received, long Delivered, long Waiting, long Quarantined, long Dropped, long Filtered);

/// <summary>A connector's state.</summary>
internal sealed record ConnectorBody(
    string Name, ConnectorState State, string? Reason, DateTimeOffset Since, DateTimeOffset? NextTry, int RestartCount)
{
    public static ConnectorBody Of(ConnectorStatus status) => new(
        status.Name, status.State, status.Reason, status.Since, status.NextTry, status.RestartCount);
}

/// <summary>A South at a glance.</summary>
internal sealed record SouthBody(
    ConnectorBody Connector,
    long Received,
    long Repeated,
    long Undecoded,
    long LetGo,
    long SkippedTicks,
    long Silences,
    long Resubscribed,
    long Reconnected,
    SouthAccountBody Account,
    IReadOnlyDictionary<string, string> ItemProblems)
{
    public static SouthBody Of(SouthStatus south) => new(
        ConnectorBody.Of(south.Connector),
        south.Counters.Received,
        south.Counters.Repeated,
        south.Counters.Undecoded,
        south.Counters.LetGo,
        south.Counters.SkippedTicks,
        south.Counters.Silences,
        south.Counters.Resubscribed,
        south.Counters.Reconnected,
        new SouthAccountBody(south.Account.Received, south.Account.ByGroup, south.Account.Ungrouped),
        south.ItemProblems);
}

/// <summary>What a South has brought since ever: received is ungrouped and all groups together.</summary>
internal sealed record SouthAccountBody(long Received, IReadOnlyDictionary<string, long> ByGroup, long Ungrouped);

/// <summary>A North at a glance.</summary>
internal sealed record NorthBody(
    ConnectorBody Connector,
    AccountBody Account,
    IReadOnlyDictionary<string, long> FilteredBy,
    long Derived,
    ReplayCounts Replayed,
    long Stalls,
    long Reconnected)
{
    public static NorthBody Of(NorthStatus north)
    {
        var account = north.Account;
        return new NorthBody(
            ConnectorBody.Of(north.Connector),
            new AccountBody(
                account.Routed,
                account.Delivered,
                account.Waiting,
                account.Quarantined,
                account.Dropped,
                account.Filtered),
            account.FilteredBy.ByReason().ToDictionary(
                static one => one.Reason, static one => one.Count, StringComparer.Ordinal),
            account.Derived,
            north.Replayed,
            north.Counters.Stalls,
            north.Counters.Reconnected);
    }
}
