using System.Collections.Concurrent;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// Takes an item's files by its rules: what is new, whole and wanted goes to disk together with the word that it was
/// taken; then, and not before, the original is archived or deleted. A kill anywhere between loses nothing and takes
/// nothing twice: a file that is known and still there is only cleared away.
/// </summary>
/// <param name="connector">The South.</param>
/// <param name="carrier">Brings a file to disk.</param>
/// <param name="pump">Where it is written that a file is forgotten.</param>
/// <param name="memory">Which files were taken.</param>
/// <param name="context">The clock, and whom to tell.</param>
internal sealed class FileQuery(
    IQueriesFile connector, FileCarrier carrier, SouthPump pump, FileMemory memory, SouthContext context)
{
    /// <summary>Forgotten files of one record.</summary>
    private const int MaxForgotten = 1_000;

    private readonly ConcurrentDictionary<string, (long LengthBytes, long ModifiedTicks, long At)> _looks =
        new(StringComparer.Ordinal);

    /// <summary>Items that are being looked at: one that has moved to another unit meanwhile is in two.</summary>
    private readonly ConcurrentDictionary<string, byte> _lookedAt = new(StringComparer.Ordinal);

    /// <summary>Looks once. Does nothing while another look at the item is under way: both would take the same files.
    /// </summary>
    /// <exception cref="ConnectorException">The place cannot be looked at.</exception>
    public async Task RunAsync(Item item, CancellationToken cancellationToken)
    {
        if (!_lookedAt.TryAdd(item.Name, 0))
        {
            return;
        }

        try
        {
            await LookAsync(item, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _lookedAt.TryRemove(item.Name, out _);
        }
    }

    private async Task LookAsync(Item item, CancellationToken cancellationToken)
    {
        var rules = ((IHasFileRules)item.Settings).Files;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? problem = null;
        await foreach (var file in connector.QueryFileAsync(item, cancellationToken).ConfigureAwait(false))
        {
            if (FilePattern.Matches(rules, file) && seen.Add(TakenFile.KeyOf(item.Name, file.Path)))
            {
                problem = await TryTakeAsync(item, rules, file, cancellationToken).ConfigureAwait(false) ?? problem;
            }
        }

        await ForgetAsync(item, seen, cancellationToken).ConfigureAwait(false);
        context.ReportItem(item.Name, problem);
    }

    /// <summary>One file that cannot be taken must not keep the others.</summary>
    private async Task<string?> TryTakeAsync(
        Item item, FileRules rules, SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            var key = TakenFile.KeyOf(item.Name, file.Path);
            if (memory.Find(key)?.LooksLike(file) != true)
            {
                if (!IsLeftAlone(key, rules, file))
                {
                    return null;
                }

                await carrier.TakeAsync(item, key, file, cancellationToken).ConfigureAwait(false);
                _ = _looks.TryRemove(key, out _);
                context.Hear(item.Name, 1);
            }

            return await ClearAwayAsync(rules, file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (FileStillWrittenException)
        {
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"The file '{file.Path}' cannot be taken: {refused.Message} It is tried again at the next look.";
        }
        catch (ConnectorException refused) when (!refused.IsTransient && !cancellationToken.IsCancellationRequested)
        {
            return $"The file '{file.Path}' cannot be taken: {refused.Message} It is tried again at the next look.";
        }
    }

    /// <summary>
    /// By its own time, or, where the source's clock is ahead of ours, by having looked the same for long enough.
    /// </summary>
    private bool IsLeftAlone(string key, FileRules rules, SourceFile file)
    {
        var age = context.Time.GetUtcNow() - file.Modified;
        if (age >= rules.MinAge)
        {
            return true;
        }

        if (_looks.TryGetValue(key, out var look)
            && look.LengthBytes == file.LengthBytes
            && look.ModifiedTicks == file.Modified.UtcTicks)
        {
            return age < TimeSpan.Zero && context.Time.GetElapsedTime(look.At) >= rules.MinAge;
        }

        _looks[key] = (file.LengthBytes, file.Modified.UtcTicks, context.Time.GetTimestamp());
        return false;
    }

    private static async Task<string?> ClearAwayAsync(
        FileRules rules, SourceFile file, CancellationToken cancellationToken)
    {
        switch (rules.Afterwards)
        {
            case FileAfterwards.Delete when file.Delete is { } delete:
                await delete(cancellationToken).ConfigureAwait(false);
                return null;
            case FileAfterwards.Archive when file.MoveTo is { } move:
                await move(rules.ArchiveFolder, cancellationToken).ConfigureAwait(false);
                return null;
            case FileAfterwards.Preserve:
                return null;
            default:
                return $"The file '{file.Path}' is taken, but this source cannot "
                    + $"{rules.Afterwards.ToString().ToLowerInvariant()} files; choose 'preserve'.";
        }
    }

    /// <summary>What lies there no longer need not be remembered.</summary>
    private async Task ForgetAsync(Item item, HashSet<string> seen, CancellationToken cancellationToken)
    {
        foreach (var keys in memory.KeysOf(item.Name).Where(key => !seen.Contains(key)).Chunk(MaxForgotten))
        {
            await pump
                .StoreAsync(
                    new Intake(new ReadingsContent(default))
                    {
                        Checkpoints = [.. keys.Select(static key => new Checkpoint(key, default))],
                    },
                    cancellationToken)
                .ConfigureAwait(false);
            Array.ForEach(keys, memory.Forget);
        }

        var prefix = TakenFile.KeysOf(item.Name);
        foreach (var key in _looks.Keys)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && !seen.Contains(key))
            {
                _ = _looks.TryRemove(key, out _);
            }
        }
    }
}
