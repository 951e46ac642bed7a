using System.Diagnostics;
using System.Diagnostics.Metrics;
using Meridian.Engine.Accounts;

namespace Meridian.Engine.Telemetry;

/// <summary>
/// The meter and the activity source "Meridian.Engine"; docs/metrics.md lists what there is. One meter per engine. What
/// is counted anyway is only read here, when a listener asks; what is timed is timed while one listens.
/// </summary>
internal sealed class EngineTelemetry : IDisposable
{
    public const string Name = "Meridian.Engine";

    private readonly Meter _meter = new(Name);

    public EngineTelemetry()
    {
        StoreLatency = _meter.CreateHistogram<double>(
            "meridian.engine.store.latency",
            "s",
            "From a reading's own time to the disk. Answers about the past are left out.");
        DeliveryLatency = _meter.CreateHistogram<double>(
            "meridian.engine.delivery.latency",
            "s",
            "From the disk until its North has passed it, once per record of the journal.");
        DeliveryDuration = _meter.CreateHistogram<double>(
            "meridian.engine.delivery.duration", "s", "How long one delivery took until its outcome.");
        QueryDuration = _meter.CreateHistogram<double>(
            "meridian.engine.query.duration",
            "s",
            "How long one question to a source took until all of it was on disk.");
    }

    /// <summary>Spans; none is made while nobody listens.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    public Histogram<double> StoreLatency { get; }

    public Histogram<double> DeliveryLatency { get; }

    public Histogram<double> DeliveryDuration { get; }

    public Histogram<double> QueryDuration { get; }

    /// <summary>Begins to observe an engine.</summary>
    /// <param name="status">Everything at a glance, asked for when a listener asks.</param>
    /// <param name="lagOf">How far a North is behind.</param>
    public void Observe(Func<EngineStatus> status, Func<NorthStatus, NorthLag> lagOf)
    {
        ObserveSouths(status);
        ObserveNorths(status);
        ObserveLag(status, lagOf);
        ObserveConnectors(status);
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> South(SouthStatus south) => new("south", south.Connector.Name);

    private static KeyValuePair<string, object?> North(NorthStatus north) => new("north", north.Connector.Name);

    private void ObserveSouths(Func<EngineStatus> status)
    {
        _ = _meter.CreateObservableCounter(
            "meridian.engine.received",
            () => status().Souths.SelectMany(Received),
            "{datum}",
            "Data of a South that are on disk, since ever.");
        OfSouths("meridian.engine.repeated", "{datum}", "Data that a source marked as sent again, since ever.",
            static south => south.Account.Repeated);
        OfSouths("meridian.engine.undecoded", "{datum}", "Data kept as the bytes that came, since ever.",
            static south => south.Account.Undecoded);
        OfSouths("meridian.engine.let_go", "{datum}", "Data that never came to the disk, since ever.",
            static south => south.Account.LetGo);
        OfSouths("meridian.engine.skipped_ticks", "{tick}", "Ticks that found their items still being asked for.",
            static south => south.Counters.SkippedTicks);
        OfSouths("meridian.engine.resubscriptions", "{subscription}", "Subscriptions made again for a silence.",
            static south => south.Counters.Resubscribed);

        void OfSouths(string name, string unit, string description, Func<SouthStatus, long> read) =>
            _meter.CreateObservableCounter(
                name,
                () => status().Souths.Select(south => new Measurement<long>(read(south), South(south))),
                unit,
                description);
    }

    private static IEnumerable<Measurement<long>> Received(SouthStatus south)
    {
        yield return new Measurement<long>(south.Account.Ungrouped, South(south));
        foreach (var (group, count) in south.Account.ByGroup)
        {
            yield return new Measurement<long>(count, South(south), new("group", group));
        }
    }

    private void ObserveNorths(Func<EngineStatus> status)
    {
        OfNorths("meridian.engine.delivered", "{datum}", "Data that a destination has, since its North's cursor began.",
            static account => account.Delivered);
        OfNorths("meridian.engine.derived", "{datum}", "Data that transforms made and a destination has.",
            static account => account.Derived);
        OfNorths("meridian.engine.quarantined", "{datum}", "Data that a destination refused for good.",
            static account => account.Quarantined);
        OfNorths("meridian.engine.dropped", "{datum}", "Data let go by a limit's policy.",
            static account => account.Dropped);
        OfNorths("meridian.engine.unrouted", "{datum}", "Data passed over because their South is not routed here.",
            static account => account.Unrouted);
        OfNorths("meridian.engine.retried", "{delivery}", "Deliveries that were asked to be tried again.",
            static account => account.Retried);
        _ = _meter.CreateObservableCounter(
            "meridian.engine.filtered",
            () => status().Norths.SelectMany(static north => north.Account.FilteredBy.ByReason()
                .Select(one => new Measurement<long>(one.Count, North(north), new("reason", one.Reason)))),
            "{datum}",
            "Data that transforms took out, by reason.");

        _ = _meter.CreateObservableCounter(
            "meridian.engine.replayed",
            () => status().Norths.Select(static north => new Measurement<long>(north.Replayed.Delivered, North(north))),
            "{datum}",
            "Data that a destination has once more, by replays; in no account.");

        void OfNorths(string name, string unit, string description, Func<NorthAccount, long> read) =>
            _meter.CreateObservableCounter(
                name,
                () => status().Norths.Select(north => new Measurement<long>(read(north.Account), North(north))),
                unit,
                description);
    }

    private void ObserveLag(Func<EngineStatus> status, Func<NorthStatus, NorthLag> lagOf)
    {
        _ = _meter.CreateObservableGauge(
            "meridian.engine.lag.data",
            () => status().Norths.Select(static north => new Measurement<long>(north.Account.Waiting, North(north))),
            "{datum}",
            "Data in the journal that a North has not passed.");
        _ = _meter.CreateObservableGauge(
            "meridian.engine.lag.bytes",
            () => status().Norths.Select(north => new Measurement<long>(lagOf(north).Bytes, North(north))),
            "By",
            "Their part of the journal's bytes: as many data as large as the others.");
        _ = _meter.CreateObservableGauge(
            "meridian.engine.lag.time",
            () => status().Norths.Select(
                north => new Measurement<double>(lagOf(north).Time.TotalSeconds, North(north))),
            "s",
            "For how long the oldest of them has been on disk; at least, until the North has read it once.");
    }

    private void ObserveConnectors(Func<EngineStatus> status)
    {
        _ = _meter.CreateObservableCounter(
            "meridian.engine.restarts",
            () => Each(status(), static connector => connector.Status.RestartCount),
            "{restart}",
            "How often a connector was made anew after a crash.");
        _ = _meter.CreateObservableCounter(
            "meridian.engine.silences",
            () => Each(status(), static connector => connector.Silences),
            "{silence}",
            "How often what is expected to speak did not: a South's item or group, a North's delivery.");
        _ = _meter.CreateObservableCounter(
            "meridian.engine.silence_reconnects",
            () => Each(status(), static connector => connector.Reconnected),
            "{reconnect}",
            "How often a connector was connected anew for that.");
        _ = _meter.CreateObservableGauge(
            "meridian.engine.connector.state",
            () => ConnectorFigures.Of(status()).SelectMany(static connector => connector.States()),
            "1",
            "1 for the state in which a connector is, 0 for all others.");
        _ = _meter.CreateObservableGauge(
            "meridian.engine.account.balanced",
            () => Balanced(status()),
            "1",
            "1 while an account adds up, 0 when it does not: each North's, and without a tag the gateway's.");
    }

    private static IEnumerable<Measurement<int>> Balanced(EngineStatus status)
    {
        yield return new Measurement<int>(status.Account.IsBalanced ? 1 : 0);
        foreach (var north in status.Norths)
        {
            yield return new Measurement<int>(north.Account.IsBalanced ? 1 : 0, North(north));
        }
    }

    private static IEnumerable<Measurement<long>> Each(EngineStatus status, Func<ConnectorFigures, long> read) =>
        ConnectorFigures.Of(status).Select(one => new Measurement<long>(read(one), one.Tag));
}
