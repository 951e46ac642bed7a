using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Journal.Appending;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;

namespace Meridian.Journal;

/// <summary>Checkpoints and files.</summary>
public sealed partial class JournalLog
{
    /// <summary>The newest durable checkpoint of a source's key, as a copy. Known at once after a start.</summary>
    /// <param name="source">Whose, from <see cref="Source"/> of this journal.</param>
    /// <param name="key">About what.</param>
    /// <param name="value">The value; null when there is none.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetCheckpoint(JournalSource source, string key, [NotNullWhen(true)] out byte[]? value)
    {
        ThrowIfForeign(source);
        return _books.Checkpoints.TryGet(source, key, out value);
    }

    /// <summary>All durable checkpoints of a source, as copies, in no order.</summary>
    /// <param name="source">Whose, from <see cref="Source"/> of this journal.</param>
    /// <returns>The checkpoints.</returns>
    public IReadOnlyList<JournalCheckpoint> GetCheckpoints(JournalSource source)
    {
        ThrowIfForeign(source);
        return _books.Checkpoints.Of(source);
    }

    /// <summary>Makes checkpoints durable that no data go with, such as the end of an empty answer.</summary>
    /// <param name="source">Whose, from <see cref="Source"/> of this journal.</param>
    /// <param name="checkpoints">The checkpoints, at least one; lent until the task completes.</param>
    /// <param name="ct">As in <see cref="AppendAsync(JournalSource, int, ReadOnlyMemory{byte}, byte,
    /// CancellationToken)"/>.</param>
    /// <returns>A task that completes when they are durable.</returns>
    /// <exception cref="ArgumentException">There is none, or one is not acceptable.</exception>
    public async ValueTask StoreCheckpointsAsync(
        JournalSource source, ReadOnlyMemory<JournalCheckpoint> checkpoints, CancellationToken ct = default)
    {
        ThrowIfForeign(source);
        if (checkpoints.IsEmpty)
        {
            throw new ArgumentException("There is no checkpoint to store.", nameof(checkpoints));
        }

        ThrowIfUnfit(checkpoints.Span);
        var attached = Attachments.SizeOf(checkpoints.Span, file: null);
        _ = await AppendAsync(new AppendEntry(source, 0, 0, default, checkpoints, null, attached), ct)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Stores a stream beside the journal, durably. It becomes part of the journal when a record that refers to it is
    /// appended; if none ever is, the next start deletes it.
    /// </summary>
    /// <param name="name">The name to give it, 1 to 1,024 bytes of UTF-8; never used as a path.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="ct">Gives up; nothing is left behind.</param>
    /// <returns>The file, for <see cref="AppendAsync(JournalSource, int, ReadOnlyMemory{byte}, byte,
    /// ReadOnlyMemory{JournalCheckpoint}, JournalFile, CancellationToken)"/>.</returns>
    /// <exception cref="ArgumentException">It is larger than <see cref="JournalOptions.MaxFileBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be written at present; nothing is left behind.</exception>
    public Task<JournalFile> StoreFileAsync(string name, Stream content, CancellationToken ct = default)
    {
        SourceTable.ThrowIfUnfit(name);
        ArgumentNullException.ThrowIfNull(content);
        return _files.StoreAsync(name, content, ct);
    }

    /// <summary>Opens a file that a record refers to, for reading.</summary>
    /// <param name="file">From <see cref="JournalRecord.GetFile"/>.</param>
    /// <returns>The stream; dispose it. It stays readable when the file is deleted meanwhile.</returns>
    /// <exception cref="FileNotFoundException">It is gone: every cursor has passed its record, or the disk lost
    /// it.</exception>
    public Stream OpenFile(JournalFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return _files.Open(file);
    }

    private static void ThrowIfUnfit(ReadOnlySpan<JournalCheckpoint> checkpoints)
    {
        foreach (ref readonly var checkpoint in checkpoints)
        {
            ArgumentException.ThrowIfNullOrEmpty(checkpoint.Key, nameof(checkpoints));
            var length = Encoding.UTF8.GetByteCount(checkpoint.Key);
            if (length > JournalLimits.MaxCheckpointKeyBytes
                || checkpoint.Value.Length > JournalLimits.MaxCheckpointBytes)
            {
                throw new ArgumentException(
                    $"A checkpoint has a key of {length} bytes and a value of {checkpoint.Value.Length}; the limits "
                    + $"are {JournalLimits.MaxCheckpointKeyBytes} and {JournalLimits.MaxCheckpointBytes}.",
                    nameof(checkpoints));
            }
        }
    }
}
