using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.South.ExactlyOnce;

/// <summary>
/// A journal whose owner may be killed: what was offered becomes durable when it is told to, in order, with or without
/// a receipt, and a kill takes the rest away.
/// </summary>
internal sealed class Disk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _checkpoints = new(StringComparer.Ordinal);
    private readonly List<Reading> _readings = [];

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

    /// <summary>The engine of one life of the process.</summary>
    public Life NewLife(Random random) => new(this) { Random = random };

    internal sealed class Life(Disk disk) : ISouthContext, IIntakeSink
    {
        private readonly Queue<(Reading[] Readings, Checkpoint[] Checkpoints, IReceipt? Receipt)> _offered = new();
        private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isKilled;
        private bool _isFast;

        public string Name => "test";

        public bool IsTest => false;

        public string Folder => throw new NotSupportedException();

        public ILoggerFactory Loggers => NullLoggerFactory.Instance;

        public TimeProvider Time => TimeProvider.System;

        public required Random Random { get; init; }

        public IIntakeSink Intakes => this;

        public long Repeated { get; private set; }

        /// <summary>Ends when something waits to become durable.</summary>
        public Task Offered
        {
            get
            {
                lock (disk._gate)
                {
                    return _arrived.Task;
                }
            }
        }

        public ReadOnlyMemory<byte>? FindCheckpoint(string key)
        {
            lock (disk._gate)
            {
                return disk._checkpoints.TryGetValue(key, out var found) ? (ReadOnlyMemory<byte>?)found : null;
            }
        }

        public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
        {
            lock (disk._gate)
            {
                var readings = ((ReadingsContent)intake.Content).Readings;
                Assert.True(readings.Length > 0 || intake.Checkpoints.Count > 0, "An intake without anything.");
                _offered.Enqueue((
                    readings.ToArray(),
                    [.. intake.Checkpoints.Select(static one => one with { Position = one.Position.ToArray() })],
                    intake.Receipt));
                _ = _arrived.TrySetResult();
            }

            if (_isFast)
            {
                Flush();
            }

            return ValueTask.CompletedTask;
        }

        /// <summary>From now on all that is offered is durable at once.</summary>
        public void FlushAlways()
        {
            _isFast = true;
            Flush();
        }

        /// <summary>Makes up to so many intakes durable and gives their receipts.</summary>
        public void Flush(int intakes = int.MaxValue)
        {
            while (intakes-- > 0 && TryWrite() is { } receipt)
            {
                receipt.Stored();
            }
        }

        /// <summary>
        /// The process is gone: some of what waited is on disk all the same, without a word to anyone.
        /// </summary>
        public void Kill(int written)
        {
            while (written-- > 0 && TryWrite() is not null)
            {
            }

            lock (disk._gate)
            {
                _isKilled = true;
            }
        }

        /// <summary>Makes checkpoints durable.</summary>
        public void Store(IEnumerable<Checkpoint> checkpoints)
        {
            lock (disk._gate)
            {
                foreach (var checkpoint in checkpoints)
                {
                    disk._checkpoints[checkpoint.Key] = checkpoint.Position.ToArray();
                }
            }
        }

        public void CountRepeated(long count) => Repeated += count;

        public void CountUndecoded(string item, string reason) => throw new InvalidOperationException(reason);

        public void CountLetGo(long count, string reason) => throw new InvalidOperationException(reason);

        public void ReportItem(string item, string? problem) => Assert.Null(problem);

        public void ReportConnected()
        {
        }

        public void ReportRetrying(ConnectorException fault)
        {
        }

        public void ReportLost(ConnectorException fault) => throw fault;

        private IReceipt? TryWrite()
        {
            lock (disk._gate)
            {
                if (_isKilled || !_offered.TryDequeue(out var intake))
                {
                    return null;
                }

                disk._readings.AddRange(intake.Readings);
                Store(intake.Checkpoints);

                if (_offered.Count == 0)
                {
                    _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return intake.Receipt;
            }
        }
    }
}
