using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>How a replay fares.</summary>
/// <param name="Id">Its id, unique in the journal for ever.</param>
/// <param name="North">The North that gets it.</param>
/// <param name="From">The first position there was of what was asked for.</param>
/// <param name="To">The position behind the last.</param>
/// <param name="Position">Where it stands: everything before it is done with.</param>
/// <param name="IsCut">
/// Whether the journal had let go of data before <paramref name="From"/> that belonged to it, or may have.
/// </param>
/// <param name="Begun">When it was asked for.</param>
/// <param name="State">Whether it goes on.</param>
/// <param name="Reason">Why it does not, in words; null when there is nothing to say.</param>
/// <param name="Counts">What became of its data.</param>
public sealed record ReplayStatus(
    string Id,
    string North,
    JournalPosition From,
    JournalPosition To,
    JournalPosition Position,
    bool IsCut,
    DateTimeOffset Begun,
    ReplayState State,
    string? Reason,
    ReplayCounts Counts)
{
    /// <summary>How many positions are done with, of <see cref="Total"/>.</summary>
    public long Done => Position - From;

    /// <summary>How many positions it has.</summary>
    public long Total => To - From;
}

/// <summary>Whether a replay goes on.</summary>
public enum ReplayState
{
    /// <summary>It goes on, or waits for its North.</summary>
    Running,

    /// <summary>All of it is done with.</summary>
    Complete,

    /// <summary>Somebody ended it.</summary>
    Cancelled,

    /// <summary>It cannot go on: its North is gone from the configuration.</summary>
    Ended,
}
