using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Transforms;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// Sees to it that a destination which recognises batches by their key gets the same batch again until its outcome is
/// known: where the batch begins and ends is durable before the first try, and is kept to over kills, restarts, lost
/// connections and changed limits. For other Norths it does nothing.
/// </summary>
/// <remarks>Belongs to the North's pump.</remarks>
/// <param name="cursor">The North's place; the batch is stored with it.</param>
/// <param name="isNeeded">Whether the North's promise rests on a key.</param>
/// <param name="version">The version of the North's transforms.</param>
internal sealed class ExactBatches(NorthCursor cursor, bool isNeeded, long version)
{
    private static readonly JsonSerializerOptions Options =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    private BatchRange _durable = cursor.Tally.Sending;
    private BatchRange _open;

    /// <summary>The batch that has to be sent again; none where the next is free.</summary>
    public BatchRange Open => _open;

    /// <summary>The same, where the transforms still are those that made it.</summary>
    public BatchRange OpenAsItWas => _open.Version == version ? _open : default;

    /// <summary>Whether a North's promise rests on a key.</summary>
    public static bool AreNeededBy(NorthManifest manifest) =>
        manifest.NeedsExactBatches
        && manifest.Capabilities.HasFlag(NorthCapabilities.Values)
        && !manifest.Capabilities.HasFlag(NorthCapabilities.OwnCursor);

    /// <summary>A number for a list of transforms, never negative; 0 for none.</summary>
    public static long VersionOf(IReadOnlyList<TransformSettings> transforms) => transforms is []
        ? 0
        : BinaryPrimitives.ReadInt64LittleEndian(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(transforms, Options))) & long.MaxValue;

    /// <summary>The North is connected: what was on its way may have arrived.</summary>
    public void Begin() => _open = isNeeded ? cursor.Tally.Sending : default;

    /// <summary>How many readings of a queue the open batch holds; 0 where none is open.</summary>
    public int CountOpen(ReadingQueue queue, int most)
    {
        var count = _open.IsNone ? 0 : Math.Min(most, queue.CountBefore(_open.Last + 1));
        if (count == 0)
        {
            _open = default;
        }

        return count;
    }

    /// <summary>Before a try: makes durable what is going to be sent, unless it is.</summary>
    /// <param name="queue">The readings, the batch first.</param>
    /// <param name="count">How many it holds.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk; nothing was sent then.</param>
    public async ValueTask FixAsync(ReadingQueue queue, int count, CancellationToken cancellationToken)
    {
        if (!isNeeded)
        {
            return;
        }

        var positions = queue.Positions.Span;
        var batch = new BatchRange(positions[0], positions[count - 1], count, version);
        if (batch != _durable || batch != cursor.Tally.Sending)
        {
            _durable = default;
            cursor.NoteSending(batch);
            await cursor.Journal.FlushAsync(cancellationToken).ConfigureAwait(false);
            _durable = batch;
        }

        _open = batch;
    }

    /// <summary>The outcome is known: the next batch is free. What the cursor passed needs no word of it.</summary>
    public void Settle()
    {
        _open = default;
        if (isNeeded)
        {
            cursor.NoteSending(default);
        }
    }
}
