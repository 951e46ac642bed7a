namespace Meridian.Journal.Cursors;

/// <summary>What a cursor reads, where it begins and how far it may be behind. Given at each opening; of a cursor that
/// nobody has opened only the place is known, and it holds its segments without a limit.</summary>
public sealed record JournalCursorOptions
{
    /// <summary>Where the cursor begins when the journal does not know it yet.</summary>
    /// <value>The oldest datum.</value>
    public CursorStart Start { get; init; } = CursorStart.Oldest;

    /// <summary>The sources it reads, by name; records of others are passed without reading them.</summary>
    /// <value>Null: all.</value>
    public IReadOnlyCollection<string>? Sources { get; init; }

    /// <summary>How many bytes of the journal may lie behind its commit.</summary>
    /// <value>Null: as many as the journal may have.</value>
    public long? MaxLagBytes { get; init; }

    /// <summary>How many data may lie behind its commit, those of sources that it does not read included.</summary>
    /// <value>Null: as many as the journal has room for.</value>
    public long? MaxLagData { get; init; }

    /// <summary>
    /// How old a segment may get before the cursor has to have passed it. Only for cursors that drop the oldest:
    /// waiting makes nothing younger.
    /// </summary>
    /// <value>Null: no limit.</value>
    public TimeSpan? MaxLagAge { get; init; }

    /// <summary>What happens at a limit, its own or the journal's.</summary>
    /// <value>Appends wait.</value>
    public CursorLimitPolicy Policy { get; init; }

    internal bool HasLimit =>
        MaxLagBytes is not null || MaxLagData is not null || Policy == CursorLimitPolicy.DropOldest;

    internal void Validate(string name)
    {
        if (MaxLagBytes < 1)
        {
            throw new ArgumentException(
                $"Cursor '{name}' may lag {MaxLagBytes} bytes; it must be at least 1.", nameof(name));
        }

        if (MaxLagData < 1)
        {
            throw new ArgumentException(
                $"Cursor '{name}' may lag {MaxLagData} data; it must be at least 1.", nameof(name));
        }

        if (MaxLagAge <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                $"Cursor '{name}' may lag {MaxLagAge}; it must be more than zero.", nameof(name));
        }

        if (MaxLagAge is not null && Policy == CursorLimitPolicy.Block)
        {
            throw new ArgumentException(
                $"Cursor '{name}' has a limit of age and blocks: waiting makes nothing younger. Let it drop the oldest "
                + "or leave the limit away.",
                nameof(name));
        }
    }
}

/// <summary>What happens when a cursor is as far behind as it may be.</summary>
public enum CursorLimitPolicy
{
    /// <summary>Appends of the sources that it reads wait until it has moved on; those of others go on.</summary>
    Block,

    /// <summary>It is moved on, a whole segment at a time; what it has not read is counted
    /// (<see cref="JournalCursorStatus.Dropped"/>).</summary>
    DropOldest,
}
