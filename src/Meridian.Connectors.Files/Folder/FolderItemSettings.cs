using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>The settings of one item of the folder South: which files, and what they are taken as.</summary>
public sealed record FolderItemSettings : IHasFileRules
{
    /// <summary>The folder below that of the South, such as <c>line1/out</c>.</summary>
    /// <value>The South's folder itself.</value>
    public string Path { get; init; } = string.Empty;

    /// <summary>Which files, and what becomes of them.</summary>
    [Required]
    public FileRules Files { get; init; } = new();

    /// <summary>Whether files are carried as they are, or as the readings that are in them.</summary>
    /// <value>file.</value>
    public FolderContent Content { get; init; } = FolderContent.File;

    /// <summary>How readings lie in files.</summary>
    /// <value>csv.</value>
    [VisibleWhen(nameof(Content), FolderContent.Readings)]
    public FolderFormat Format { get; init; } = FolderFormat.Csv;

    /// <summary>How CSV files are written.</summary>
    [Required]
    [VisibleWhen(nameof(Content), FolderContent.Readings)]
    public CsvInputSpec Csv { get; init; } = new();

    /// <summary>How the rows of CSV files, or the objects of JSON files, become readings.</summary>
    [Required]
    [VisibleWhen(nameof(Content), FolderContent.Readings)]
    public RowSpec Rows { get; init; } = new();
}

/// <summary>What a file is taken as.</summary>
public enum FolderContent
{
    /// <summary>The file, byte for byte.</summary>
    File,

    /// <summary>The readings that are in it.</summary>
    Readings,
}

/// <summary>How readings lie in a file.</summary>
public enum FolderFormat
{
    /// <summary>CSV: a row has one reading or one of each point.</summary>
    Csv,

    /// <summary>A JSON array of objects, each as a row.</summary>
    Json,

    /// <summary>One JSON object a line, each as a row.</summary>
    JsonLines,
}
