using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Writing;

/// <summary>The segment that is being written, its file, and the sources that it defines.</summary>
internal sealed class OpenSegment(Segment segment, IJournalFile file) : IDisposable
{
    public Segment Segment => segment;

    public IJournalFile File => file;

    /// <summary>How much of it is durable; the next write goes here.</summary>
    public long Length { get; set; } = segment.Length;

    /// <summary>Whether its name is durable and readers may see it.</summary>
    public bool IsPublished { get; set; }

    /// <summary>Whether it holds more than its header.</summary>
    public bool HasRecords { get; set; }

    /// <summary>Whether it may hold data and not books alone: not the reserve, nor one whose successor was tried to
    /// begin.</summary>
    public bool TakesData { get; set; } = true;

    /// <summary>The bytes that were reserved for it; 0 when it grows like any file.</summary>
    public long ReservedBytes { get; init; }

    /// <summary>How long the file is where it was made longer than what is written.</summary>
    public long MadeBytes { get; set; }

    /// <summary>The sources that it defines, by id.</summary>
    public Dictionary<uint, string> Defined { get; } = [];

    public void Dispose() => file.Dispose();
}
