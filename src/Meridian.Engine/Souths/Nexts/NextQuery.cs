using System.Collections.Concurrent;
using Meridian.Engine.Groups;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Nexts;

/// <summary>
/// Asks a connected South for what comes after the position of an item, page by page, and brings each page to disk with
/// its position in one record. A kill anywhere leaves neither a hole nor a repeat. The journal is the memory.
/// </summary>
/// <param name="connector">The South.</param>
/// <param name="pump">Where pages go.</param>
/// <param name="context">Where positions stand, and whom to tell.</param>
internal sealed class NextQuery(IQueriesNext connector, SouthPump pump, SouthContext context)
{
    /// <summary>Items that are being asked for: one that has moved to another unit meanwhile is in two.</summary>
    private readonly ConcurrentDictionary<string, byte> _asked = new(StringComparer.Ordinal);

    /// <summary>Asks for what there is. Does nothing while another question of the item is under way.</summary>
    /// <param name="item">The item.</param>
    /// <param name="turn">How long it may take; it is left then after a page, which is on disk.</param>
    /// <param name="cancellationToken">Cancels; what is on disk stands.</param>
    /// <returns>Whether it was asked to its end; else there may be more.</returns>
    /// <exception cref="ConnectorException">The source cannot be asked, or the pump has ended.</exception>
    public async Task<bool> RunAsync(Item item, TimeSpan turn, CancellationToken cancellationToken)
    {
        if (!_asked.TryAdd(item.Name, 0))
        {
            return true;
        }

        try
        {
            return await AskAsync(item, turn, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _asked.TryRemove(item.Name, out _);
        }
    }

    private async Task<bool> AskAsync(Item item, TimeSpan turn, CancellationToken cancellationToken)
    {
        var key = NextPosition.KeyOf(item.Name);
        var start = context.Time.GetTimestamp();
        var position = context.FindCheckpoint(key);
        await foreach (var page in connector.QueryNextAsync(item, position, cancellationToken).ConfigureAwait(false))
        {
            ThrowIfMistaken(item, page, position);

            // The page's memory ends with the page.
            position = page.Position.ToArray();
            await StoreAsync(item, page.Content, new Checkpoint(key, position.Value), cancellationToken)
                .ConfigureAwait(false);
            if (context.Time.GetElapsedTime(start) >= turn)
            {
                return false;
            }
        }

        context.ReportItem(item.Name, null);
        return true;
    }

    private async Task StoreAsync(
        Item item, Content content, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (content is FileContent file)
        {
            var watched = file with { OpenRead = ct => OpenAsync(item, file, ct) };
            await pump.StoreFileAsync(watched, () => [checkpoint], cancellationToken).ConfigureAwait(false);
            context.Hear(item.Name, 1);
        }
        else if (content is ReadingsContent readings)
        {
            var intake = new Intake(readings.In(item.Group)) { Checkpoints = [checkpoint] };
            await pump.StoreAsync(intake, cancellationToken).ConfigureAwait(false);
            context.Hear(item.Name, readings.Readings.Length);
        }
    }

    /// <summary>A long file takes its time, and its source is not silent meanwhile.</summary>
    private async ValueTask<Stream> OpenAsync(Item item, FileContent file, CancellationToken cancellationToken) =>
        new StirringStream(
            await file.OpenRead(cancellationToken).ConfigureAwait(false), () => context.Hear(item.Name, 0));

    private static void ThrowIfMistaken(Item item, NextPage page, ReadOnlyMemory<byte>? before)
    {
        if (page.Position.Length is 0 or > NextPage.MaxPositionBytes)
        {
            throw new ConnectorException(
                Fault.Rejected,
                $"Item '{item.Name}' gave a page with a position of {page.Position.Length} bytes; a position has 1 to "
                + $"{NextPage.MaxPositionBytes}. The page was not taken. This is a mistake of the connector.");
        }

        if (before is { } known && known.Span.SequenceEqual(page.Position.Span))
        {
            throw new ConnectorException(
                Fault.Rejected,
                $"Item '{item.Name}' gave a page whose position is the one it was asked from, so it would come for "
                + "ever. The page was not taken. This is a mistake of the connector.");
        }

        if (page.Content is ReadingsContent readings)
        {
            PageLimits.ThrowIfTooLarge(item, readings.Readings.Span);
        }
    }
}
