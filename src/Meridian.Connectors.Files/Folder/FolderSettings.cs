using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Files.Folder;

/// <summary>The settings of the folder South.</summary>
public sealed record FolderSettings
{
    /// <summary>
    /// The folder; on Windows also a share, such as <c>\\server\share\reports</c>. One that is not absolute is below
    /// the folder in which the gateway was started. It must be there.
    /// </summary>
    [Required]
    public required string Folder { get; init; }

    /// <summary>
    /// Whether symbolic links to files and folders are followed. One that leads back to where it lies is not.
    /// </summary>
    /// <value>false.</value>
    public bool FollowLinks { get; init; }
}
