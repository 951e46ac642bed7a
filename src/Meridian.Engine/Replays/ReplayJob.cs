using System.Buffers.Binary;
using Meridian.Engine.Norths;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>
/// One replay on its way to a North that is configured: its place, which survives a kill, and whether it shall go on.
/// Moved by the lane of the North alone; read and cancelled by any thread.
/// </summary>
internal sealed class ReplayJob
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _run;
    private volatile string? _reason;
    private bool _isCancelled;

    public ReplayJob(KeptReplay kept, JournalLog journal, Func<CancellationToken, Task> complete)
    {
        Kept = kept;
        Complete = complete;
        var cursor = ReplayCursor.Open(journal, kept.NorthId, kept.Id);

        // It has begun, unless damage took its place: then it begins again, and nothing is left out.
        _ = ReplayCursor.Begin(cursor, kept.From);
        Place = new NorthCursor(cursor, new PositionRanges(), guard: null);
    }

    /// <summary>What it was when it began.</summary>
    public KeptReplay Kept { get; }

    /// <summary>Its place, with the tally of what became of its data; refused ones are its quarantined.</summary>
    public NorthCursor Place { get; }

    /// <summary>Called when all of it is done with.</summary>
    public Func<CancellationToken, Task> Complete { get; }

    /// <summary>Where it stands.</summary>
    public long Position => Place.Tally.Position.Value;

    /// <summary>What transforms made, and the destination refused: no position stands for them.</summary>
    public long DerivedRefused =>
        Place.ConnectorState is { Length: sizeof(long) } state ? BinaryPrimitives.ReadInt64LittleEndian(state) : 0;

    /// <summary>Why it does not go on at this moment, in words; null when it does.</summary>
    public string? Reason
    {
        get => _reason;
        set => _reason = value;
    }

    /// <summary>It, as it is now.</summary>
    public KeptReplay Now
    {
        get
        {
            var tally = Place.Place.Tally;
            return Kept with
            {
                Position = Math.Clamp(tally.Position.Value, Kept.From, Kept.To),
                Counts = new ReplayCounts(
                    tally.Delivered,
                    tally.Derived,
                    tally.Quarantined + DerivedRefused,
                    tally.Filtered.Total,
                    tally.Dropped,
                    tally.Unrouted),
            };
        }
    }

    /// <summary>Moves on.</summary>
    /// <param name="to">Everything before it is done with.</param>
    /// <param name="passed">What became of it.</param>
    /// <param name="derivedRefused">How many more derived readings were refused.</param>
    public void Commit(long to, PassedCounts passed, long derivedRefused)
    {
        var state = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(state, DerivedRefused + derivedRefused);
        Place.Commit(Place.Tally.Advance(new JournalPosition(to), passed), state);
    }

    /// <summary>The lane takes it up; false where it was cancelled.</summary>
    /// <param name="run">Cancelled with it.</param>
    public bool TryBegin(CancellationTokenSource run)
    {
        lock (_lock)
        {
            _run = run;
            return !_isCancelled;
        }
    }

    /// <summary>The lane has left it, for now or for ever.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _run = null;
            if (_isCancelled)
            {
                _ = _left.TrySetResult();
            }
        }
    }

    /// <summary>It shall not go on; what is on its way to the destination is waited for.</summary>
    /// <returns>Completes when its lane has left it.</returns>
    public Task CancelAsync()
    {
        lock (_lock)
        {
            _isCancelled = true;
            if (_run is null)
            {
                _ = _left.TrySetResult();
            }

            // Within the lock, so that the lane does not dispose of it meanwhile; a callback may come back here.
            _run?.Cancel();
            return _left.Task;
        }
    }
}
