using System.Buffers.Binary;
using System.Globalization;
using Meridian.Journal;

namespace Meridian.Engine;

/// <summary>
/// Bytes of any length, kept in the journal: cut into checkpoints that are stored in one record, so that a kill leaves
/// the old bytes or the new. One writer.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="source">Whose checkpoints.</param>
/// <param name="key">Under which key; the checkpoints have a number behind it.</param>
internal sealed class CheckpointBytes(JournalLog journal, JournalSource source, string key)
{
    private int? _stored;

    /// <summary>Reads what is kept; null when nothing is, or not all of it.</summary>
    public byte[]? Read()
    {
        var parts = new List<byte[]>();
        while (journal.TryGetCheckpoint(source, KeyOf(parts.Count), out var part))
        {
            parts.Add(part);
        }

        _stored = parts.Count;
        byte[] all = [.. parts.SelectMany(static part => part)];
        return all.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(all) == all.Length - sizeof(int)
            ? all[sizeof(int)..]
            : null;
    }

    /// <summary>Keeps other bytes in place of those that are there, durably.</summary>
    public async Task StoreAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var all = new byte[sizeof(int) + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(all, bytes.Length);
        bytes.CopyTo(all.AsMemory(sizeof(int)));
        var checkpoints = new List<JournalCheckpoint>();
        for (var from = 0; from < all.Length; from += JournalLimits.MaxCheckpointBytes)
        {
            var length = Math.Min(JournalLimits.MaxCheckpointBytes, all.Length - from);
            checkpoints.Add(new JournalCheckpoint(KeyOf(checkpoints.Count), all.AsMemory(from, length)));
        }

        await StoreAsync(checkpoints, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps nothing any more.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => StoreAsync([], cancellationToken);

    private async Task StoreAsync(List<JournalCheckpoint> checkpoints, CancellationToken cancellationToken)
    {
        if (_stored is null)
        {
            _ = Read();
        }

        var count = checkpoints.Count;
        for (var part = count; part < _stored; part++)
        {
            checkpoints.Add(new JournalCheckpoint(KeyOf(part), default));
        }

        if (checkpoints.Count > 0)
        {
            await journal.StoreCheckpointsAsync(source, checkpoints.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        _stored = count;
    }

    private string KeyOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{key}{part}");
}
