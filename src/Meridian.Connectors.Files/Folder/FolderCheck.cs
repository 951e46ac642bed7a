using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>Finds what the attributes of the folder South's settings cannot say. Looks at no disk.</summary>
internal static class FolderCheck
{
    public static IEnumerable<SettingsProblem> Find(FolderSettings settings, IReadOnlyList<Item> items)
    {
        if (FindInFolder(settings.Folder) is { } problem)
        {
            return [new SettingsProblem("settings.folder", problem)];
        }

        return items.SelectMany((item, index) =>
            FindInItem(settings, item, (FolderItemSettings)item.Settings)
                .Select(found => found with { Path = $"items[{index}].{found.Path}" }));
    }

    private static string? FindInFolder(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0', StringComparison.Ordinal))
        {
            return "The folder is empty or has a NUL in it; name the folder to look into.";
        }

        return !OperatingSystem.IsWindows() && folder.StartsWith(@"\\", StringComparison.Ordinal)
            ? $"'{folder}' is a share as Windows names it; mount it here and name the folder where it is mounted."
            : null;
    }

    private static IEnumerable<SettingsProblem> FindInItem(
        FolderSettings settings, Item item, FolderItemSettings own)
    {
        foreach (var (path, name) in new[] { (own.Path, "path"), (own.Files.ArchiveFolder, "files.archiveFolder") })
        {
            if (path.Contains('\0', StringComparison.Ordinal))
            {
                yield return new SettingsProblem(name, "The folder has a NUL in it, which no folder has.");
                yield break;
            }
        }

        var (south, root) = (FolderPlace.RootOf(settings), FolderPlace.RootOf(settings, own));
        if (!FolderPlace.IsWithin(south, root))
        {
            yield return new SettingsProblem(
                "path", $"The path '{own.Path}' leads out of the South's folder '{settings.Folder}'; name one within it.");
        }

        if (FolderPlace.Of(settings, own) is { Archive: { } archive } && FolderPlace.IsWithin(archive, root))
        {
            yield return new SettingsProblem(
                "files.archiveFolder",
                $"The archive '{own.Files.ArchiveFolder}' is the item's own folder or holds it; name another.");
        }

        if (own.Content == FolderContent.Readings)
        {
            if (own.Format == FolderFormat.Csv && CsvReader.FindProblem(own.Csv) is { } csv)
            {
                yield return new SettingsProblem("csv.delimiter", csv);
            }

            _ = RowDecoder.TryCompile(own.Rows, item.Name, "south", out _, out var rows);
            foreach (var problem in rows)
            {
                yield return problem with { Path = "rows." + problem.Path };
            }
        }
    }
}
