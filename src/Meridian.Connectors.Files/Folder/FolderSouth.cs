using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Meridian.Sdk;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Gives the files of a folder. It holds nothing open between two looks: what a folder is, the disk says each time.
/// </summary>
internal sealed class FolderSouth(ISouthContext context, FolderSettings settings) : IDecodesFile
{
    /// <summary>How many files a test counts.</summary>
    private const int MaxCounted = 1_000;

    private readonly ConcurrentDictionary<Item, FolderDecoder> _decoders = [];

    private string Root => FolderPlace.RootOf(settings);

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfGone();
        _decoders.Clear();
        context.ReportConnected();
        return Task.CompletedTask;
    }

    public bool Decodes(Item item) => SettingsOf(item).Content == FolderContent.Readings;

    public async IAsyncEnumerable<SourceFile> QueryFileAsync(
        Item item, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfGone();
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var file in new FolderListing(FolderPlace.Of(settings, SettingsOf(item)), item.Name).Files())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file.ToSource();
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeFileAsync(
        Item item, string path, Stream content, CancellationToken cancellationToken) =>
        _decoders.GetOrAdd(item, one => new FolderDecoder(one, SettingsOf(one), context))
            .DecodeAsync(path, content, cancellationToken);

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        ThrowIfGone();
        var place = new FolderPlace(Root, Archive: null, IsRecursive: false, settings.FollowLinks);
        var (count, newest) = (0, default(DateTimeOffset));
        foreach (var file in new FolderListing(place, "test").Files().Take(MaxCounted))
        {
            cancellationToken.ThrowIfCancellationRequested();
            count++;
            newest = file.Modified > newest ? file.Modified : newest;
        }

        var files = count == MaxCounted
            ? string.Create(CultureInfo.InvariantCulture, $"{MaxCounted} or more")
            : count.ToString(CultureInfo.InvariantCulture);
        return Task.FromResult<IReadOnlyList<Diagnostic>>(
        [
            new Diagnostic("Folder", Root),
            new Diagnostic("Files in it", files),
            new Diagnostic("Newest", count == 0 ? "none" : newest.ToString("u", CultureInfo.InvariantCulture)),
            new Diagnostic("May be deleted and moved", FolderRights.MayWrite(Root) ? "yes" : "no"),
        ]);
    }

    private static FolderItemSettings SettingsOf(Item item) => (FolderItemSettings)item.Settings;

    private void ThrowIfGone()
    {
        if (!Directory.Exists(Root))
        {
            throw FilesFaults.NoFolder(Root);
        }
    }
}
