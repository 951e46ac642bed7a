using Meridian.Connectors.Files.Parts;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Files;

/// <summary>The settings of the files North.</summary>
public sealed record FilesNorthSettings : ReadingFilesSettings
{
    /// <summary>When complete files of readings are removed again. Files carried as they are never are.</summary>
    /// <value>Never.</value>
    public FilesRetentionSettings? Retention { get; init; }

    /// <summary>
    /// The name of a file that is carried as it is; <c>{name}</c> stands for the name that it came with.
    /// </summary>
    /// <value>The default is <c>{name}</c>.</value>
    [Group("Files")]
    public string FileName { get; init; } = "{name}";
}

/// <summary>
/// When complete files of readings are removed, the oldest first. Each rule that is there holds by itself.
/// </summary>
public sealed record FilesRetentionSettings
{
    /// <summary>So long after a file was begun it is removed.</summary>
    /// <value>However old.</value>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>So many files are kept.</summary>
    /// <value>However many.</value>
    public int? MaxFiles { get; init; }

    /// <summary>So much may all files have together.</summary>
    /// <value>However much.</value>
    public ByteSize? MaxSize { get; init; }
}
