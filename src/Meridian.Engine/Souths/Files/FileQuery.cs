using System.Collections.Concurrent;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// Takes an item's files by its rules: what is new, whole and wanted goes to disk together with the word that it was
/// taken; then, and not before, the original is archived or deleted. A kill anywhere between loses nothing and takes
/// nothing twice: a file that is known and still there is only cleared away.
/// </summary>
internal sealed class FileQuery(IQueriesFile connector, SouthPump pump, FileMemory memory, SouthContext context)
{
    /// <summary>Forgotten files of one record.</summary>
    private const int MaxForgotten = 1_000;

    private readonly ConcurrentDictionary<string, (long LengthBytes, long ModifiedTicks, long At)> _looks =
        new(StringComparer.Ordinal);

    /// <summary>Items that are being looked at: one that has moved to another unit meanwhile is in two.</summary>
    private readonly ConcurrentDictionary<string, byte> _lookedAt = new(StringComparer.Ordinal);

    /// <summary>Looks once. Does nothing while another look at the item is under way: both would take the same files.
    /// </summary>
    /// <exception cref="Sdk.Faults.ConnectorException">The place cannot be looked at.</exception>
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
            var known = memory.Find(key);
            if (known?.LooksLike(file) != true)
            {
                if (!IsLeftAlone(key, rules, file))
                {
                    return null;
                }

                await TakeAsync(item, key, known, file, cancellationToken).ConfigureAwait(false);
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

    private async Task TakeAsync(
        Item item, string key, TakenFile? known, SourceFile file, CancellationToken cancellationToken)
    {
        TakenFile taken;
        if (known is { } before && before.LengthBytes == file.LengthBytes
            && await HashAsync(item, file, cancellationToken).ConfigureAwait(false) == before.Hash)
        {
            // Only touched: the new time is remembered, the content is here already.
            taken = before with { ModifiedTicks = file.Modified.UtcTicks };
            await pump
                .StoreAsync(
                    new Intake(new ReadingsContent(default)) { Checkpoints = [new Checkpoint(key, taken.ToBytes())] },
                    cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            taken = await CarryAsync(item, key, file, cancellationToken).ConfigureAwait(false);
        }

        memory.Remember(key, taken);
        _ = _looks.TryRemove(key, out _);
    }

    private async Task<TakenFile> CarryAsync(
        Item item, string key, SourceFile file, CancellationToken cancellationToken)
    {
        WholeFileStream? content = null;
        var whole = new FileContent(
            FilePattern.NameOf(file),
            file.LengthBytes,
            async ct => content = await OpenAsync(item, file, ct).ConfigureAwait(false));

        // Asked for when the content was read to its end.
        TakenFile Taken() => new(file.LengthBytes, file.Modified.UtcTicks, content!.Hash);
        await pump
            .StoreFileAsync(whole, () => [new Checkpoint(key, Taken().ToBytes())], cancellationToken)
            .ConfigureAwait(false);
        return Taken();
    }

    private async Task<WholeFileStream> OpenAsync(Item item, SourceFile file, CancellationToken cancellationToken) =>
        new(
            await file.OpenRead(cancellationToken).ConfigureAwait(false),
            file.LengthBytes,
            () => context.Hear(item.Name, 0));

    private async Task<UInt128> HashAsync(Item item, SourceFile file, CancellationToken cancellationToken)
    {
        var content = await OpenAsync(item, file, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return content.Hash;
        }
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
