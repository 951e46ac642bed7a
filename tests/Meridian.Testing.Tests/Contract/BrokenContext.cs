using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Testing.Tests.Contract;

/// <summary>A context that stands between a sound South and its own, to break what the South tells or offers.</summary>
internal sealed class BrokenContext(ISouthContext inner) : ISouthContext, IIntakeSink
{
    public Func<Intake, CancellationToken, ValueTask> Offer { get; set; } = inner.Intakes.OfferAsync;

    public Action<ConnectorException> Lost { get; set; } = inner.ReportLost;

    public string Name => inner.Name;

    public bool IsTest => inner.IsTest;

    public string Folder => inner.Folder;

    public ILoggerFactory Loggers => inner.Loggers;

    public TimeProvider Time => inner.Time;

    public Random Random => inner.Random;

    public IIntakeSink Intakes => this;

    public ISouthContext Inner => inner;

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken) => Offer(intake, cancellationToken);

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => inner.FindCheckpoint(key);

    public void CountRepeated(long count) => inner.CountRepeated(count);

    public void CountUndecoded(string item, string reason) => inner.CountUndecoded(item, reason);

    public void CountLetGo(long count, string reason) => inner.CountLetGo(count, reason);

    public void ReportItem(string item, string? problem) => inner.ReportItem(item, problem);

    public void ReportConnected() => inner.ReportConnected();

    public void ReportRetrying(ConnectorException fault) => inner.ReportRetrying(fault);

    public void ReportLost(ConnectorException fault) => Lost(fault);
}
