using System.ComponentModel.DataAnnotations;

namespace Meridian.Sdk.South;

/// <summary>Which files an item takes, and what becomes of them; the same for every South that has files.</summary>
public sealed record FileRules
{
    /// <summary>Which files, by name: <c>*</c> stands for any characters and <c>?</c> for one.</summary>
    /// <value>Default: <c>*</c>, all.</value>
    [Required]
    public string Pattern { get; init; } = "*";

    /// <summary>Whether the folders within are looked at too.</summary>
    /// <value>Default: false.</value>
    public bool IsRecursive { get; init; }

    /// <summary>
    /// How long a file must have been left alone before it is taken. A file that is still being written is
    /// taken when its length and time stood still from one look to the next, too.
    /// </summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What becomes of a file once its content is on disk.</summary>
    /// <value>Default: it is left where it is.</value>
    public FileAfterwards Afterwards { get; init; } = FileAfterwards.Preserve;

    /// <summary>Where files are moved to, at the source.</summary>
    /// <value>Default: <c>archive</c>, below the place that the item names.</value>
    [Required]
    public string ArchiveFolder { get; init; } = "archive";
}

/// <summary>What becomes of a file once its content is on disk.</summary>
public enum FileAfterwards
{
    /// <summary>It stays; the engine remembers that it was taken, and takes it again when it changed.</summary>
    Preserve,

    /// <summary>It is moved to the archive folder.</summary>
    Archive,

    /// <summary>It is deleted.</summary>
    Delete,
}

/// <summary>The settings of an item that takes files.</summary>
public interface IHasFileRules
{
    /// <summary>Which files, and what becomes of them.</summary>
    FileRules Files { get; }
}
