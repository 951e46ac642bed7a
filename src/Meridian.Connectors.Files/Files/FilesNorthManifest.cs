using Meridian.Connectors.Files.Parts;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Files;

/// <summary>What the files North is.</summary>
public static class FilesNorthManifest
{
    /// <summary>The manifest.</summary>
    public static NorthManifest Manifest { get; } = new()
    {
        Id = "files",
        Name = "Files",
        Description = "Writes readings into CSV, NDJSON or Parquet files of a folder, and files as they are.",
        Category = ConnectorCategory.File,
        ConnectorType = typeof(FilesNorth),
        SettingsType = typeof(FilesNorthSettings),
        Guarantee = DeliveryGuarantee.EffectivelyOnce,
        Create = (context, settings) => new FilesNorth(context, (FilesNorthSettings)settings),
        Check = settings => Check((FilesNorthSettings)settings),
    };

    private static IEnumerable<SettingsProblem> Check(FilesNorthSettings settings)
    {
        foreach (var problem in ReadingFilesCheck.Find(settings))
        {
            yield return problem;
        }

        if (FileNames.ProblemOf(settings.FileName) is { } name)
        {
            yield return new SettingsProblem("settings.fileName", name);
        }

        if (settings.Retention is { } retention)
        {
            if (retention.MaxAge < TimeSpan.FromSeconds(1))
            {
                yield return new SettingsProblem(
                    "settings.retention.maxAge",
                    $"The age {retention.MaxAge:c} is too short; the least is one second. Leave it out to keep files.");
            }

            if (retention.MaxFiles < 1)
            {
                yield return new SettingsProblem(
                    "settings.retention.maxFiles",
                    $"{retention.MaxFiles} files cannot be kept; the least is 1. Leave it out to keep all.");
            }

            if (retention.MaxSize?.Bytes < 1)
            {
                yield return new SettingsProblem(
                    "settings.retention.maxSize",
                    "A size of 0 keeps no file; the least is 1 B. Leave it out to keep all.");
            }
        }
    }
}
