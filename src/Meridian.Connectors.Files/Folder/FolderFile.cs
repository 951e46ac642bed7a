using System.Runtime.InteropServices;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>A file as it was listed, and what can be done with it.</summary>
/// <param name="Place">Where it was found.</param>
/// <param name="FullPath">Where it lies.</param>
/// <param name="LengthBytes">Its length as of the listing.</param>
/// <param name="Modified">When it was last written as of the listing.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FolderFile(
    FolderPlace Place, string FullPath, long LengthBytes, DateTimeOffset Modified)
{
    /// <summary>What a name has in it that is no Unicode text on disk.</summary>
    private const char Damaged = '\uFFFD';

    /// <summary>The path below the item's folder, with '/' between folders.</summary>
    private string RelativePath
    {
        get
        {
            var within = FullPath[Place.Root.Length..].TrimStart(Path.DirectorySeparatorChar);
            return Path.DirectorySeparatorChar == '/'
                ? within
                : within.Replace(Path.DirectorySeparatorChar, '/');
        }
    }

    /// <summary>The file as the engine takes it.</summary>
    public SourceFile ToSource()
    {
        var file = this;
        return new SourceFile(RelativePath, LengthBytes, Modified)
        {
            OpenRead = _ => ValueTask.FromResult(file.Open()),
            Delete = _ =>
            {
                file.Delete();
                return ValueTask.CompletedTask;
            },
            MoveTo = file.MoveToAsync,
        };
    }

    /// <summary>
    /// Opens it in a way that hinders nobody: its writer may go on, and whoever wants to may rename or remove it.
    /// </summary>
    private Stream Open()
    {
        if (FullPath.Contains(Damaged, StringComparison.Ordinal) && !File.Exists(FullPath))
        {
            throw new IOException("Its name on disk is not UTF-8, so it cannot be named here; rename it.");
        }

        if (LengthBytes == 0)
        {
            // Nothing is opened: what is no file, such as a pipe, would keep whoever opens it until somebody writes.
            return IsAsListed()
                ? new MemoryStream([], writable: false)
                : throw new FileNotFoundException($"'{FullPath}' is gone or has changed.", FullPath);
        }

        return new FileStream(FullPath, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
    }

    /// <summary>A file that was written to since it was listed stays: the next look takes what is new.</summary>
    private void Delete()
    {
        if (IsAsListed())
        {
            File.Delete(FullPath);
        }
    }

    private async ValueTask MoveToAsync(string folder, CancellationToken cancellationToken)
    {
        if (IsAsListed())
        {
            var below = Path.GetDirectoryName(FullPath[Place.Root.Length..].TrimStart(Path.DirectorySeparatorChar));
            var target = Path.GetFullPath(Path.Combine(Place.Root, folder, below ?? string.Empty));
            await FolderMove.MoveAsync(FullPath, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsAsListed()
    {
        var now = new FileInfo(FullPath);
        var target = now.LinkTarget is null ? now : now.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return target is { Exists: true } && target.Length == LengthBytes
            && target.LastWriteTimeUtc == Modified.UtcDateTime;
    }
}
