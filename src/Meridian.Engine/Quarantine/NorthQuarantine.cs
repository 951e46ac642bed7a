using Meridian.Engine.Norths;
using Meridian.Sdk.Faults;

namespace Meridian.Engine.Quarantine;

/// <summary>
/// What one North's destination refused for good: to be looked at, tried once more, or given up. Any thread. Valid
/// until the North is changed; ask <see cref="MeridianEngine.Quarantine"/> anew for each piece of work.
/// </summary>
public sealed class NorthQuarantine
{
    private const int PageSize = 10_000;

    private readonly QuarantineFile _file;
    private readonly QuarantineLane _lane;
    private readonly QuarantineShelf _shelf;

    internal NorthQuarantine(QuarantineFile file, QuarantineLane lane)
    {
        _file = file;
        _lane = lane;
        _shelf = new QuarantineShelf(file);
    }

    /// <summary>How many readings and files lie there, but for what transforms made.</summary>
    public long Count => _file.Ledger.CountBetween(0, long.MaxValue).Lying;

    /// <summary>Lists what lies there. Reads the file from the page's begin.</summary>
    /// <param name="after">The <see cref="QuarantinePage.Next"/> of the page before; null for the first.</param>
    /// <param name="count">The most data of the page, 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up; nothing has changed.</param>
    /// <exception cref="ArgumentException">The page or the count is not one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Task<QuarantinePage> ListAsync(string? after, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, PageSize);
        var from = QuarantineShelf.PlaceOf(after);

        // Leaves the caller's thread: it reads the disk.
        return Task.Run(
            () =>
            {
                var to = _file.Length;
                var data = _shelf.Read(from, to, count, static _ => true, out var end);
                return new QuarantinePage(data, end < to ? QuarantineShelf.WordOf(end) : null);
            },
            cancellationToken);
    }

    /// <summary>
    /// Gives data to the destination once more, between what goes there anyway. What it takes leaves the quarantine and
    /// counts as delivered; what it refuses again stays. Waits until the North is connected.
    /// </summary>
    /// <param name="positions">Which; null for all that lies there now.</param>
    /// <param name="cancellationToken">
    /// Gives up what was not tried yet. What is on its way is waited for, and counted by what comes of it.
    /// </param>
    /// <exception cref="OperationCanceledException">It was cancelled before anything was tried.</exception>
    /// <exception cref="ConnectorException">The quarantine cannot be read or written; transient.</exception>
    public Task<QuarantineRetry> RetryAsync(
        IReadOnlyCollection<long>? positions, CancellationToken cancellationToken) =>
        _lane.RetryAsync(positions, cancellationToken);

    /// <summary>
    /// Gives data up: they leave the quarantine and count as dropped. Durable when it returns. What is being retried at
    /// this moment stays.
    /// </summary>
    /// <param name="positions">Which; null for all that lies there now.</param>
    /// <param name="cancellationToken">Gives up before it began; a discard that has begun is carried through.</param>
    /// <returns>How many readings and files were given up, what transforms made included.</returns>
    /// <exception cref="ConnectorException">The quarantine cannot be written; transient.</exception>
    /// <exception cref="IOException">
    /// The file cannot be read; or the content of a file that was given up cannot be deleted.
    /// </exception>
    public Task<long> DiscardAsync(IReadOnlyCollection<long>? positions, CancellationToken cancellationToken) =>
        Task.Run(() => Discard(positions), cancellationToken); // leaves the caller's thread: it works on the disk

    private long Discard(IReadOnlyCollection<long>? positions)
    {
        _file.Open();
        var wanted = positions?.ToHashSet();
        var (to, count) = (_file.Length, 0L);
        for (var from = 0L; from < to;)
        {
            var data = _shelf.Read(
                from,
                to,
                PageSize,
                position => wanted?.Contains(position) != false && !_lane.IsTrying(position),
                out from);
            if (data.Count > 0)
            {
                _file.Tell(QuarantineLineKind.Discarded, data.Select(static datum => datum.Position).Order());
                _file.Contents.Delete(data);
                count += data.Count;
            }
        }

        return count;
    }
}
