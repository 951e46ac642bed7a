using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// Brings the folder back to where the cursor stands: what was written after it comes again, so it is undone.
/// </summary>
/// <remarks>
/// A file is renamed only when cursor and state are durable and nothing follows in it, so these cases are all there
/// are:
/// <list type="bullet">
/// <item>the part is there: it is cut to the length that was delivered, and writing goes on;</item>
/// <item>the final name is there: it is complete, a new part is begun;</item>
/// <item>neither is there: it was complete and somebody has fetched it;</item>
/// <item>a part with a higher number: it was begun and nothing of it was committed, so it is removed;</item>
/// <item>any other part: nobody knows whether it is wanted, so it is kept under another name;</item>
/// <item>a spool that is done: its files get the names that they have not yet, and it goes;</item>
/// <item>files that are made of a spool that is not done: they are removed, and made again when it is complete.</item>
/// </list>
/// </remarks>
internal sealed class PartRecovery(PartFolder folder, NamePattern pattern, Conversion conversion, ILogger logger)
{
    /// <summary>The highest number ever used; set by <see cref="Recover"/>.</summary>
    public long HighestNumber { get; private set; }

    /// <summary>Recovers the folder.</summary>
    /// <param name="stored">The state that is stored with the cursor; empty at the first start.</param>
    /// <returns>The part to go on with; null when there is none.</returns>
    public PartFile? Recover(ReadOnlySpan<byte> stored)
    {
        PartState? state = null;
        if (!stored.IsEmpty && !PartState.TryParse(stored, pattern, out state))
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                "The state stored with this North's cursor is of a version that this build does not know; use the "
                + "Meridian that wrote it, or a newer one.");
        }

        HighestNumber = Math.Max(folder.HighestNumber(), state?.Name.Number ?? 0);
        foreach (var name in folder.Parts())
        {
            if (name != state?.Name)
            {
                ClearAway(name, state);
            }
        }

        var part = state is null ? null : Resume(state);
        foreach (var spool in folder.Done())
        {
            folder.Finish(spool);
            logger.CompletionResumed(folder.PathOf(spool));
        }

        folder.RemoveUnfinished();
        return part;
    }

    private void ClearAway(PartName name, PartState? state)
    {
        if (state is not null && name.Number > state.Name.Number)
        {
            folder.Remove(name);
            logger.PartRemoved(folder.PartPathOf(name));
        }
        else
        {
            logger.PartSetAside(folder.PartPathOf(name), SetAside(name));
        }
    }

    private PartFile? Resume(PartState state)
    {
        var final = new FileInfo(folder.PathOf(state.Name));
        if (!File.Exists(folder.PartPathOf(state.Name)))
        {
            if (state.Name.IsSpool)
            {
                // Its files have their names, or get them now.
                return null;
            }

            if (!final.Exists)
            {
                logger.PartGone(final.FullName);
            }
            else if (final.Length > state.Length)
            {
                logger.CompletedIsLonger(final.FullName, final.Length, state.Length);
            }

            return null;
        }

        var part = folder.OpenPart(state);
        if (part.FoundLength < state.Length)
        {
            part.Dispose();
            logger.PartShorter(
                folder.PartPathOf(state.Name), part.FoundLength, state.Length, SetAside(state.Name));
            return null;
        }

        logger.PartResumed(folder.PartPathOf(state.Name), state.Length, part.FoundLength - state.Length);
        return part;
    }

    private string SetAside(PartName name) => name.IsSpool ? conversion.SetAside(name) : folder.SetAside(name);
}
