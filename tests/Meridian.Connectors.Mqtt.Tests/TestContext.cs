using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests;

/// <summary>The engine as a connector sees it; notes everything, and gives receipts at once or when told to.</summary>
internal sealed class TestContext(string name = "test") : ISouthContext, INorthContext, IIntakeSink
{
    private readonly Lock _gate = new();
    private readonly List<Reading> _readings = [];
    private readonly Queue<IReceipt> _held = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _holds;

    public string Name { get; } = name;

    public bool IsTest => false;

    public string Folder => throw new NotSupportedException();

    public ReadOnlyMemory<byte>? FindCheckpoint(string key) => null;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    public TimeProvider Time => TimeProvider.System;

    [SuppressMessage(
        "ApiDesign", "RS0030:Do not use banned APIs", Justification = "Identities only; no test depends on them.")]
    public Random Random => Random.Shared;

    public IIntakeSink Intakes => this;

    public ISetpointSink? Setpoints { get; init; }

    public ReadOnlyMemory<byte> DeliveryState => default;

    public bool KeepsReadings { get; init; } = true;

    public long Received { get; private set; }

    public int IntakeCount { get; private set; }

    public long Repeated { get; private set; }

    public long Undecoded { get; private set; }

    public long LetGo { get; private set; }

    public int ConnectedCount { get; private set; }

    public ConcurrentQueue<ConnectorException> Faults { get; } = new();

    public ConcurrentDictionary<string, string?> Items { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Reading> Readings
    {
        get
        {
            lock (_gate)
            {
                return [.. _readings];
            }
        }
    }

    public void HoldReceipts() => _holds = true;

    public void ReleaseReceipts()
    {
        _holds = false;
        while (TryTakeHeld() is { } receipt)
        {
            receipt.Stored();
        }
    }

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        var readings = ((ReadingsContent)intake.Content).Readings;
        lock (_gate)
        {
            Received += readings.Length;
            IntakeCount++;
            if (KeepsReadings)
            {
                _readings.AddRange(readings.Span);
            }

            if (_holds)
            {
                _held.Enqueue(intake.Receipt!);
            }
        }

        if (!_holds)
        {
            intake.Receipt!.Stored();
        }

        Changed();
        return ValueTask.CompletedTask;
    }

    public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void CountRepeated(long count) => Note(() => Repeated += count);

    public void CountUndecoded(string item, string reason) => Note(() => Undecoded++);

    public void CountLetGo(long count, string reason) => Note(() => LetGo += count);

    public void ReportItem(string item, string? problem) => Note(() => Items[item] = problem);

    public void ReportConnected() => Note(() => ConnectedCount++);

    public void ReportRetrying(ConnectorException fault) => Note(() => Faults.Enqueue(fault));

    public void ReportLost(ConnectorException fault) => Note(() => Faults.Enqueue(fault));

    public async Task UntilAsync(Func<bool> condition, int seconds = 30)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            Task change;
            lock (_gate)
            {
                change = _changed.Task;
            }

            if (condition())
            {
                return;
            }

            await change.WaitAsync(deadline.Token);
        }
    }

    private void Note(Action note)
    {
        lock (_gate)
        {
            note();
        }

        Changed();
    }

    private void Changed()
    {
        lock (_gate)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private IReceipt? TryTakeHeld()
    {
        lock (_gate)
        {
            return _held.TryDequeue(out var receipt) ? receipt : null;
        }
    }
}
