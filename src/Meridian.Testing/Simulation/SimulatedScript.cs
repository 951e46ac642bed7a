using Meridian.Sdk.Faults;

namespace Meridian.Testing.Simulation;

/// <summary>What the next calls meet, per kind of call and in order; after that all goes well. Any thread.</summary>
public sealed class SimulatedScript
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SimulatedCall, Queue<SimulatedDeed>> _deeds = [];
    private readonly Dictionary<SimulatedCall, int> _counts = [];

    internal SimulatedScript()
    {
    }

    /// <summary>Says what a call to come meets.</summary>
    /// <param name="call">Which kind of call.</param>
    /// <param name="deed">What it meets.</param>
    /// <param name="times">How many calls, one after the other; at least 1.</param>
    public void Next(SimulatedCall call, SimulatedDeed deed, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(deed);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_lock)
        {
            if (!_deeds.TryGetValue(call, out var queue))
            {
                _deeds[call] = queue = new Queue<SimulatedDeed>();
            }

            for (var i = 0; i < times; i++)
            {
                queue.Enqueue(deed);
            }
        }
    }

    /// <summary>Forgets what was said of calls to come.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _deeds.Clear();
        }
    }

    /// <summary>How many calls of a kind there were.</summary>
    /// <param name="call">Which kind.</param>
    public int CountOf(SimulatedCall call)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(call);
        }
    }

    /// <summary>A call begins: it waits or fails as it shall.</summary>
    /// <returns>What to throw once the call has done its work; null for nothing.</returns>
    internal async ValueTask<ConnectorException?> EnterAsync(
        SimulatedCall call, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Take(call) is not { } deed)
        {
            return null;
        }

        if (deed.Delay != TimeSpan.Zero)
        {
            await Task.Delay(deed.Delay, time, deed.IsDeaf ? CancellationToken.None : cancellationToken)
                .ConfigureAwait(false);
        }

        return deed.Thrown is { } thrown && !deed.LosesAnswer ? throw thrown : deed.Thrown;
    }

    private SimulatedDeed? Take(SimulatedCall call)
    {
        lock (_lock)
        {
            _counts[call] = _counts.GetValueOrDefault(call) + 1;
            return _deeds.TryGetValue(call, out var queue) && queue.TryDequeue(out var deed) ? deed : null;
        }
    }
}
