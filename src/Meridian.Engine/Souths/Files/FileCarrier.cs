using Meridian.Engine.Groups;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>Brings one file to disk, byte for byte or as the readings that are in it, together with the word that it
/// was taken.</summary>
/// <param name="pump">Where it goes.</param>
/// <param name="memory">What is on disk of each file.</param>
/// <param name="context">Whom to tell.</param>
/// <param name="decoder">Who makes readings of files; null where nobody does.</param>
internal sealed class FileCarrier(SouthPump pump, FileMemory memory, SouthContext context, IDecodesFile? decoder)
{
    /// <summary>Brings a file to disk that is not known, or looks otherwise than what is known.</summary>
    /// <exception cref="IOException">It cannot be read, or changed meanwhile.</exception>
    /// <exception cref="Sdk.Faults.ConnectorException">It cannot be decoded, or the pump has ended.</exception>
    public async Task TakeAsync(Item item, string key, SourceFile file, CancellationToken cancellationToken)
    {
        if (memory.Find(key) is { } known && known.LengthBytes == file.LengthBytes
            && await HashAsync(item, file, cancellationToken).ConfigureAwait(false) == known.Hash)
        {
            // Only touched: the new time is remembered, the content is here already.
            var touched = known with { ModifiedTicks = file.Modified.UtcTicks };
            await StoreAsync(default, item, new Checkpoint(key, touched.ToBytes()), cancellationToken)
                .ConfigureAwait(false);
            memory.Remember(key, touched);
        }
        else if (decoder?.Decodes(item) == true)
        {
            await DecodeAsync(decoder, item, key, file, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CarryAsync(item, key, file, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TakenFile TakenOf(SourceFile file, WholeFileStream content) =>
        new(file.LengthBytes, file.Modified.UtcTicks, content.Hash);

    private async Task CarryAsync(Item item, string key, SourceFile file, CancellationToken cancellationToken)
    {
        WholeFileStream? content = null;
        var whole = new FileContent(
            FilePattern.NameOf(file),
            file.LengthBytes,
            async ct => content = await OpenAsync(item, file, ct).ConfigureAwait(false));

        // Asked for when the content was read to its end.
        await pump
            .StoreFileAsync(
                whole, () => [new Checkpoint(key, TakenOf(file, content!).ToBytes())], cancellationToken)
            .ConfigureAwait(false);
        memory.Remember(key, TakenOf(file, content!));
    }

    /// <summary>
    /// Stores the file's readings page by page, each with how many there are on disk, the last with the word that the
    /// file was taken. What an earlier look has brought of the same file is passed over.
    /// </summary>
    private async Task DecodeAsync(
        IDecodesFile from, Item item, string key, SourceFile file, CancellationToken cancellationToken)
    {
        var content = await OpenAsync(item, file, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var undecoded = context.HoldUndecoded(item.Name);
            var pages = new FilePages(memory.FindPart(key), file, undecoded);
            await foreach (var page in from.DecodeFileAsync(item, file.Path, content, cancellationToken)
                .ConfigureAwait(false))
            {
                PageLimits.ThrowIfTooLarge(item, page.Span);

                // Only now is it known that the page before was not the last.
                await StorePartAsync(item, key, file, pages, cancellationToken).ConfigureAwait(false);
                pages.Take(page.Span);
            }

            // A decoder may have seen its end before the content's.
            await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            var taken = TakenOf(file, content);
            pages.LetGo(context);
            await StoreAsync(pages.Waiting, item, new Checkpoint(key, taken.ToBytes()), cancellationToken)
                .ConfigureAwait(false);
            memory.Remember(key, taken);
        }
    }

    private async Task StorePartAsync(
        Item item, string key, SourceFile file, FilePages pages, CancellationToken cancellationToken)
    {
        if (pages.Waiting.IsEmpty)
        {
            return;
        }

        pages.LetGo(context);
        var part = new PartFile(file.LengthBytes, file.Modified.UtcTicks, pages.Count);
        await StoreAsync(pages.Waiting, item, new Checkpoint(key, part.ToBytes()), cancellationToken)
            .ConfigureAwait(false);
        memory.Remember(key, part);
    }

    private async Task StoreAsync(
        ReadOnlyMemory<Reading> readings,
        Item item,
        Checkpoint checkpoint,
        CancellationToken cancellationToken)
    {
        var content = new ReadingsContent(readings).In(item.Group);
        await pump.StoreAsync(new Intake(content) { Checkpoints = [checkpoint] }, cancellationToken)
            .ConfigureAwait(false);
        context.Hear(item.Name, readings.Length);
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
}
