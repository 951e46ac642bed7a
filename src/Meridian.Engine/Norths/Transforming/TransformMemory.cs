using System.Buffers;
using System.Buffers.Binary;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths.Transforming;

/// <summary>
/// Keeps what a North's transforms remember, as of a position of the journal, in the journal. A cursor of its own holds
/// back the data since then, so that they can run again after a kill.
/// </summary>
internal sealed class TransformMemory
{
    private const string NamePrefix = "#transforms/";

    /// <summary>A disk takes less for a checkpoint; what waits longer waits for room.</summary>
    private static readonly TimeSpan RoomAfter = TimeSpan.FromSeconds(1);

    private readonly JournalLog _journal;
    private readonly TimeProvider _time;
    private readonly CheckpointBytes _kept;
    private readonly JournalCursor _hold;
    private readonly JournalCursor _live;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Takes up what the journal keeps for a North.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="live">The cursor whose data are transformed.</param>
    /// <param name="northId">The North.</param>
    /// <param name="policy">
    /// What the North does at a limit: what it lets go is not held back for its transforms.
    /// </param>
    /// <param name="time">The clock.</param>
    public TransformMemory(
        JournalLog journal, JournalCursor live, string northId, CursorLimitPolicy policy, TimeProvider time)
    {
        _journal = journal;
        _live = live;
        _time = time;
        _kept = new CheckpointBytes(journal, journal.Source(NameOf(northId)), string.Empty);
        _hold = journal.OpenCursor(NameOf(northId), new JournalCursorOptions { Policy = policy });
    }

    /// <summary>The name of the cursor, and of the checkpoints' source. No connector has such a name.</summary>
    public static string NameOf(string northId) => NamePrefix + northId;

    /// <summary>The North whose transforms a cursor holds data back for; other names come back as they are.</summary>
    public static string? NorthOf(string? cursor) => cursor?.StartsWith(NamePrefix, StringComparison.Ordinal) == true
        ? cursor[NamePrefix.Length..]
        : cursor;

    /// <summary>Reads what was saved last.</summary>
    /// <param name="state">The bytes.</param>
    /// <returns>
    /// The position of the first datum that they do not know of; null when nothing is there, or the data behind it are
    /// not all there any more, because nobody held them for a while.
    /// </returns>
    public JournalPosition? Load(out byte[] state)
    {
        state = [];
        if (_kept.Read() is not { Length: >= sizeof(long) } kept)
        {
            return null;
        }

        var position = new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(kept));
        if (position.Value < _hold.Committed.Value)
        {
            return null;
        }

        state = kept[sizeof(long)..];
        return position;
    }

    /// <summary>
    /// Saves, durably, and lets go of the data before. The cursor is made durable first: one that a kill found behind
    /// what is remembered would leave that of no use. In a journal that is full there may be no room for it until
    /// those data are gone: then they are let go of all the same, and nothing is saved.
    /// </summary>
    /// <param name="position">The position of the first datum that the state does not know of.</param>
    /// <param name="save">Writes the state.</param>
    /// <param name="cancellationToken">Cancels the wait; it may be saved all the same.</param>
    /// <returns>How many bytes the state takes; null when it could not be saved.</returns>
    public async Task<int?> SaveAsync(
        JournalPosition position, Action<IBufferWriter<byte>> save, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), position.Value);
        _buffer.Advance(sizeof(long));
        save(_buffer);
        await _live.FlushAsync(cancellationToken).ConfigureAwait(false);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var storing = _kept.StoreAsync(_buffer.WrittenMemory, waiting.Token);
        if (await IsWithoutRoomAsync(storing, waiting.Token).ConfigureAwait(false))
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            _hold.Commit(position);
            return storing.IsCompletedSuccessfully ? _buffer.WrittenCount : null;
        }

        await storing.ConfigureAwait(false);
        _hold.Commit(position);
        return _buffer.WrittenCount;
    }

    private async Task<bool> IsWithoutRoomAsync(Task storing, CancellationToken cancellationToken)
    {
        while (!storing.IsCompleted)
        {
            var waited = Task.Delay(RoomAfter, _time, cancellationToken);
            if (await Task.WhenAny(storing, waited).ConfigureAwait(false) == waited
                && (_journal.Status.IsFull || cancellationToken.IsCancellationRequested))
            {
                return _journal.Status.IsFull;
            }
        }

        return false;
    }
}
