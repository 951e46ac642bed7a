using System.Diagnostics.Metrics;
using Meridian.Journal.Appending;

namespace Meridian.Journal;

/// <summary>The meter "Meridian.Journal"; docs/journal.md lists the instruments. One per open journal.</summary>
internal sealed class JournalTelemetry : IDisposable
{
    private readonly Meter _meter = new("Meridian.Journal");
    private readonly Counter<long> _appends;
    private readonly Counter<long> _data;
    private readonly Counter<long> _bytes;
    private readonly Histogram<double> _stores;

    public JournalTelemetry()
    {
        _appends = _meter.CreateCounter<long>("meridian.journal.appends", "{append}", "Appends made durable.");
        _data = _meter.CreateCounter<long>("meridian.journal.data", "{datum}", "Data made durable.");
        _bytes = _meter.CreateCounter<long>("meridian.journal.written", "By", "Bytes of records made durable.");
        _stores = _meter.CreateHistogram<double>(
            "meridian.journal.store.duration", "s", "Time to write a group of appends and make it durable.");
    }

    /// <summary>Begins to observe an open journal.</summary>
    public void Observe(JournalLog log)
    {
        _ = _meter.CreateObservableGauge(
            "meridian.journal.bytes", () => log.Status.Bytes, "By", "Bytes of all segments and files.");
        _ = _meter.CreateObservableGauge(
            "meridian.journal.waiting_appends", () => log.Status.WaitingAppends, "{append}", "Appends without room.");
        _ = _meter.CreateObservableCounter(
            "meridian.journal.faults", () => log.Status.Faults, "{fault}", "Failed writes and fsyncs.");
        _ = _meter.CreateObservableCounter(
            "meridian.journal.damaged", () => log.Status.DamagedBytes, "By", "Damaged bytes that readers passed.");
        _ = _meter.CreateObservableGauge(
            "meridian.journal.cursor.waiting",
            () => log.Cursors.Select(static c => new Measurement<long>(
                c.Waiting, new KeyValuePair<string, object?>("cursor", c.Name))),
            "{datum}",
            "Data behind the commit of a cursor.");
        _ = _meter.CreateObservableCounter(
            "meridian.journal.cursor.dropped",
            () => log.Cursors.Select(static c => new Measurement<long>(
                c.Dropped.Count, new KeyValuePair<string, object?>("cursor", c.Name))),
            "{datum}",
            "Data that a cursor was made to pass unread.");
    }

    /// <summary>A group is durable.</summary>
    public void Stored(AppendGroup group, TimeSpan time)
    {
        _appends.Add(group.Count);
        _data.Add(group.End - group.First);
        _bytes.Add(group.Length);
        _stores.Record(time.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
