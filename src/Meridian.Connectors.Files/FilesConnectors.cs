using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Folder;
using Meridian.Connectors.Files.S3;
using Meridian.Sdk;

namespace Meridian.Connectors.Files;

/// <summary>The connectors of this project.</summary>
public static class FilesConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new SouthManifest
        {
            Id = "folder",
            Name = "Folder",
            Description = "Takes files of a folder as they are, or as the readings that are in them.",
            Category = ConnectorCategory.File,
            ConnectorType = typeof(FolderSouth),
            SettingsType = typeof(FolderSettings),
            ItemSettingsType = typeof(FolderItemSettings),
            GivesFiles = static settings => ((FolderItemSettings)settings).Content == FolderContent.File,
            Create = static (context, settings) => new FolderSouth(context, (FolderSettings)settings),
            Check = static (settings, items) => FolderCheck.Find((FolderSettings)settings, items),
        },
        FilesNorthManifest.Manifest,
        S3NorthManifest.Manifest,
    ];
}
