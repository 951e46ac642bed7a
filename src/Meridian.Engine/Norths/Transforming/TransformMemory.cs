using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths.Transforming;

/// <summary>
/// Keeps what a North's transforms remember, as of a position of the journal: in the journal, cut into checkpoints of
/// one record. A cursor of its own holds back the data since then, so that they can run again after a kill.
/// </summary>
internal sealed class TransformMemory
{
    private const string NamePrefix = "#transforms/";

    private const int HeadBytes = sizeof(long) + sizeof(int);

    private readonly JournalLog _journal;
    private readonly JournalSource _source;
    private readonly JournalCursor _hold;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private int _chunks;

    /// <summary>Takes up what the journal keeps for a North.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="northId">The North.</param>
    /// <param name="policy">
    /// What the North does at a limit: what it lets go is not held back for its transforms.
    /// </param>
    public TransformMemory(JournalLog journal, string northId, CursorLimitPolicy policy)
    {
        _journal = journal;
        _source = journal.Source(NameOf(northId));
        _hold = journal.OpenCursor(NameOf(northId), new JournalCursorOptions { Policy = policy });
        _chunks = journal.GetCheckpoints(_source).Count;
    }

    /// <summary>The name of the cursor, and of the checkpoints' source. No connector has such a name.</summary>
    public static string NameOf(string northId) => NamePrefix + northId;

    /// <summary>Reads what was saved last.</summary>
    /// <param name="state">The bytes.</param>
    /// <returns>
    /// The position of the first datum that they do not know of; null when nothing is there, or the data behind it are
    /// not all there any more, because nobody held them for a while.
    /// </returns>
    public JournalPosition? Load(out byte[] state)
    {
        state = [];
        if (!_journal.TryGetCheckpoint(_source, KeyOf(0), out var head) || head.Length < HeadBytes)
        {
            return null;
        }

        var bytes = new ArrayBufferWriter<byte>();
        for (var chunk = 0; _journal.TryGetCheckpoint(_source, KeyOf(chunk), out var part); chunk++)
        {
            bytes.Write(part);
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.WrittenSpan[sizeof(long)..]);
        if (bytes.WrittenCount != HeadBytes + length)
        {
            return null;
        }

        var position = new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(bytes.WrittenSpan));
        if (position.Value < _hold.Committed.Value)
        {
            return null;
        }

        state = bytes.WrittenSpan[HeadBytes..].ToArray();
        return position;
    }

    /// <summary>Saves, durably, and lets go of the data before.</summary>
    /// <param name="position">The position of the first datum that the state does not know of.</param>
    /// <param name="save">Writes the state.</param>
    /// <param name="cancellationToken">Cancels the wait; it may be saved all the same.</param>
    /// <returns>How many bytes the state takes.</returns>
    public async Task<int> SaveAsync(
        JournalPosition position, Action<IBufferWriter<byte>> save, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        _buffer.Advance(WriteHead(_buffer.GetSpan(HeadBytes), position, length: 0));
        save(_buffer);
        var bytes = new byte[_buffer.WrittenCount];
        _buffer.WrittenSpan.CopyTo(bytes);
        _ = WriteHead(bytes, position, bytes.Length - HeadBytes);

        var checkpoints = new List<JournalCheckpoint>();
        for (var from = 0; from < bytes.Length; from += JournalLimits.MaxCheckpointBytes)
        {
            var length = Math.Min(JournalLimits.MaxCheckpointBytes, bytes.Length - from);
            checkpoints.Add(new JournalCheckpoint(KeyOf(checkpoints.Count), bytes.AsMemory(from, length)));
        }

        var count = checkpoints.Count;
        for (var chunk = count; chunk < _chunks; chunk++)
        {
            checkpoints.Add(new JournalCheckpoint(KeyOf(chunk), default));
        }

        await _journal.StoreCheckpointsAsync(_source, checkpoints.ToArray(), cancellationToken).ConfigureAwait(false);
        _chunks = count;
        _hold.Commit(position);
        return bytes.Length;
    }

    private static int WriteHead(Span<byte> head, JournalPosition position, int length)
    {
        BinaryPrimitives.WriteInt64LittleEndian(head, position.Value);
        BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(long)..], length);
        return HeadBytes;
    }

    private static string KeyOf(int chunk) => chunk.ToString(CultureInfo.InvariantCulture);
}
