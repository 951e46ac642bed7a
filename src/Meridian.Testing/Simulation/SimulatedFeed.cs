using Meridian.Sdk.Readings;

namespace Meridian.Testing.Simulation;

/// <summary>
/// What a simulated source says by itself. It keeps what was said for a point that is subscribed to until the receipt
/// has come, over connections, and gives the rest again; this is a broker's persistent session. Any thread.
/// </summary>
internal sealed class SimulatedFeed
{
    /// <summary>Nothing unbounded: a test that says more than it stores has made a mistake.</summary>
    private const int MaxKept = 100_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly LinkedList<SaidReading> _kept = [];
    private TaskCompletionSource _changed = NewSource();
    private long _lastNumber;

    /// <summary>Completes when something is said, or a subscription is made.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>The number of what was said last.</summary>
    public long LastNumber
    {
        get
        {
            lock (_lock)
            {
                return _lastNumber;
            }
        }
    }

    public void Subscribe(IEnumerable<string> points)
    {
        lock (_lock)
        {
            _subscribed.UnionWith(points);
        }

        Change();
    }

    public void Unsubscribe(IReadOnlyCollection<string> points)
    {
        lock (_lock)
        {
            _subscribed.ExceptWith(points);
            for (var node = _kept.First; node is not null;)
            {
                var next = node.Next;
                if (points.Contains(node.Value.Reading.Point, StringComparer.Ordinal))
                {
                    _kept.Remove(node);
                }

                node = next;
            }
        }
    }

    public void Say(Reading reading)
    {
        lock (_lock)
        {
            if (!_subscribed.Contains(reading.Point))
            {
                return;
            }

            if (_kept.Count == MaxKept)
            {
                throw new InvalidOperationException(
                    $"{MaxKept} readings wait to be stored; let some be stored before more is said.");
            }

            _kept.AddLast(new SaidReading(++_lastNumber, reading));
        }

        Change();
    }

    /// <summary>What was said after a number for these points, at most so many.</summary>
    public IReadOnlyList<SaidReading> After(long number, ICollection<string> points, int count)
    {
        lock (_lock)
        {
            return [.. _kept
                .Where(said => said.Number > number && points.Contains(said.Reading.Point))
                .Take(count)];
        }
    }

    /// <summary>The receipt has come: it need not be given again.</summary>
    public void Forget(IReadOnlyList<SaidReading> stored)
    {
        lock (_lock)
        {
            foreach (var said in stored)
            {
                _kept.Remove(said);
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = NewSource();
        }

        changed.SetResult();
    }
}

/// <summary>A reading that a source said; the number counts all of them.</summary>
internal sealed record SaidReading(long Number, Reading Reading);
