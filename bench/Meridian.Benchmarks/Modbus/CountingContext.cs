using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Benchmarks.Modbus;

/// <summary>What the engine lends a South, as far as a measurement needs it: it counts what goes wrong.</summary>
internal sealed class CountingContext : ISouthContext
{
    public string Name => "bench";

    public bool IsTest => false;

    public string Folder => throw new NotSupportedException("The Modbus South needs no folder.");

    public ILoggerFactory Loggers => NullLoggerFactory.Instance;

    public TimeProvider Time => TimeProvider.System;

    public Random Random { get; } = new Random(Seed.Draw());

    public IIntakeSink Intakes => throw new NotSupportedException("The Modbus South is asked.");

    /// <summary>How many problems of items and data were told.</summary>
    public long Problems { get; private set; }

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => null;

    public void CountRepeated(long count) => Problems += count;

    public void CountUndecoded(string item, string reason) => Problems++;

    public void CountLetGo(long count, string reason) => Problems += count;

    public void ReportItem(string item, string? problem) => Problems += problem is null ? 0 : 1;

    public void ReportConnected()
    {
        // It is awaited.
    }

    public void ReportRetrying(ConnectorException fault) => throw fault;

    public void ReportLost(ConnectorException fault) => throw fault;
}
