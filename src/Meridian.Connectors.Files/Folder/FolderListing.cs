using System.IO.Enumeration;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Lists the files of a place one after the other, so a folder of any size takes no more memory than its path; waiting
/// folders within are the bound. A folder that cannot be read does not keep the others; it is told at the end, since an
/// incomplete list must not pass for a complete one. One caller.
/// </summary>
internal sealed class FolderListing(FolderPlace place, string item)
{
    private static readonly EnumerationOptions All = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private ConnectorException? _unread;

    /// <summary>The files.</summary>
    /// <exception cref="ConnectorException">The place, or a folder within it, cannot be read.</exception>
    public IEnumerable<FolderFile> Files()
    {
        if (!Directory.Exists(place.Root))
        {
            throw FilesFaults.NoItemFolder(item, place.Root);
        }

        var waiting = new Stack<string>([place.Root]);
        while (waiting.TryPop(out var folder))
        {
            foreach (var (path, isFolder, length, modified) in EntriesOf(folder))
            {
                if (!isFolder)
                {
                    yield return new FolderFile(place, path, length, modified);
                }
                else if (place.IsRecursive && !string.Equals(path, place.Archive, StringComparison.Ordinal))
                {
                    waiting.Push(path);
                }
            }
        }

        if (_unread is not null)
        {
            throw _unread;
        }
    }

    private IEnumerable<Entry> EntriesOf(string folder)
    {
        using var entries = Open(folder);
        while (entries is not null && MoveNext(entries, folder))
        {
            var entry = entries.Current;
            if (!entry.IsLink)
            {
                yield return entry;
            }
            else if (place.FollowsLinks && Follow(entry) is { } target)
            {
                yield return target;
            }
        }
    }

    private IEnumerator<Entry>? Open(string folder)
    {
        try
        {
            return new FileSystemEnumerable<Entry>(folder, Entry.Of, All).GetEnumerator();
        }
        catch (DirectoryNotFoundException) when (!string.Equals(folder, place.Root, StringComparison.Ordinal))
        {
            return null;
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            _unread ??= FilesFaults.Unreadable(folder, fault);
            return null;
        }
    }

    private bool MoveNext(IEnumerator<Entry> entries, string folder)
    {
        try
        {
            return entries.MoveNext();
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            _unread ??= FilesFaults.Unreadable(folder, fault);
            return false;
        }
    }

    /// <summary>Where a link leads; null where it leads nowhere, or back to where it lies.</summary>
    private Entry? Follow(Entry link)
    {
        try
        {
            FileSystemInfo info = link.IsFolder ? new DirectoryInfo(link.Path) : new FileInfo(link.Path);
            return info.ResolveLinkTarget(returnFinalTarget: true) switch
            {
                DirectoryInfo { Exists: true } folder
                    when !FolderPlace.IsWithin(Path.TrimEndingDirectorySeparator(folder.FullName), link.Path)
                    => link with { IsLink = false },
                FileInfo { Exists: true } file
                    => link with
                    {
                        IsLink = false,
                        LengthBytes = file.Length,
                        Modified = new DateTimeOffset(file.LastWriteTimeUtc),
                    },
                _ => null,
            };
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            _unread ??= FilesFaults.Unreadable(link.Path, fault);
            return null;
        }
    }

    private sealed record Entry(string Path, bool IsFolder, long LengthBytes, DateTimeOffset Modified)
    {
        public bool IsLink { get; init; }

        public static Entry Of(ref FileSystemEntry entry) =>
            new(
                entry.ToFullPath(),
                entry.IsDirectory,
                entry.IsDirectory ? 0 : entry.Length,
                entry.IsDirectory ? default : entry.LastWriteTimeUtc)
            {
                IsLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
    }
}
