using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Files;

/// <summary>What the files North is.</summary>
public static class FilesNorthManifest
{
    private const int MaxPrefixLength = 100;
    private const int MinFileBytes = 1_024;

    /// <summary>The manifest.</summary>
    public static NorthManifest Manifest { get; } = new()
    {
        Id = "files",
        Name = "Files",
        Description = "Writes CSV files into a folder; a file gets its name once it is complete.",
        Category = ConnectorCategory.File,
        ConnectorType = typeof(FilesNorth),
        SettingsType = typeof(FilesNorthSettings),
        Guarantee = DeliveryGuarantee.EffectivelyOnce,
        Create = (context, settings) => new FilesNorth(context, (FilesNorthSettings)settings),
        Check = settings => Check((FilesNorthSettings)settings),
    };

    private static IEnumerable<SettingsProblem> Check(FilesNorthSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Directory))
        {
            yield return new SettingsProblem(
                "settings.directory", "The directory is empty; name the folder to write to.");
        }

        var isFileName = settings.Prefix.Length is > 0 and <= MaxPrefixLength
            && settings.Prefix[0] != '.'
            && settings.Prefix.All(
                one => char.IsAsciiLetterOrDigit(one) || "_-.".Contains(one, StringComparison.Ordinal));
        if (!isFileName)
        {
            yield return new SettingsProblem(
                "settings.prefix",
                $"The prefix '{settings.Prefix}' cannot begin a file name; use 1 to {MaxPrefixLength} letters, digits, "
                + "_, - and ., not beginning with a dot.");
        }

        if (settings.MaxFileSize.Bytes < MinFileBytes)
        {
            yield return new SettingsProblem(
                "settings.maxFileSize", $"The file size {settings.MaxFileSize} is too small; the least is 1 KiB.");
        }

        if (settings.MaxFileAge < TimeSpan.FromSeconds(1))
        {
            yield return new SettingsProblem(
                "settings.maxFileAge", $"The file age {settings.MaxFileAge:c} is too short; the least is one second.");
        }
    }
}
